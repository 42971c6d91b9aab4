"""From a bare checkout to a running program, with nothing but Python: ``python3 packaging/bootstrap.py demo``.

Makes ``.venv`` beside this folder, installs the pinned and hashed packages, checks the system libraries Qt needs,
and starts. A second start finds its stamp and goes straight on. Standard library only, and plain enough for Python
3.9, so that an old Python is told what it needs instead of failing on the syntax.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pip_wheel
import system_libraries

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NEEDED = (3, 11)
RUNTIME, DEVELOPMENT = "constraints.txt", "constraints-dev.txt"


class BootstrapError(Exception):
    """Something only the user can put right; the message says what."""


def main(argv: list[str] | None = None) -> int:
    """Run one of the verbs; the program's or the tests' exit status."""
    arguments = parse(sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    if sys.version_info < NEEDED:
        return restart_with_newer_python()
    try:
        prepare(arguments)
        return start(arguments)
    except BootstrapError as problem:
        print(f"facewright: {problem}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


def parse(argv: list[str]) -> argparse.Namespace:
    """The command line. Everything after ``--`` goes to the program (or to pytest)."""
    own, rest = (argv[: argv.index("--")], argv[argv.index("--") + 1 :]) if "--" in argv else (argv, [])
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        description="Set up Facewright in .venv and start it.",
        epilog="example: python3 packaging/bootstrap.py run -- open ~/CelebAMask-HQ",
    )
    parser.add_argument(
        "verb",
        choices=("demo", "test", "run"),
        help="demo: the main job on the demo dataset; test: linters, types and all tests; run: facewright ARGS",
    )
    parser.add_argument("--system", action="store_true", help="install missing system libraries (through sudo)")
    parser.add_argument("--offscreen", action="store_true", help="never open a window, even with a display")
    parser.add_argument("--recreate", action="store_true", help="make .venv anew")
    arguments = parser.parse_args(own)
    arguments.rest = rest
    return arguments


def prepare(arguments: argparse.Namespace) -> None:
    """The environment holds what the verb needs, and Qt finds its libraries."""
    constraints = ROOT / "packaging" / (DEVELOPMENT if arguments.verb == "test" else RUNTIME)
    if arguments.recreate and VENV.exists():
        with step(f"remove {VENV.name}"):
            shutil.rmtree(VENV)
    displays = () if arguments.offscreen or arguments.verb == "test" else platforms()
    wanted = ("offscreen", *displays)
    if not is_installed(constraints):
        make_environment()
        if not has_pip():
            if importlib.util.find_spec("ensurepip") is None:
                provide_certificates(wanted, allowed=arguments.system)
            bring_pip()
        install(constraints)
    if sys.platform.startswith("linux"):
        provide_system_libraries(wanted, allowed=arguments.system)


def start(arguments: argparse.Namespace) -> int:
    """Hand over to the program or the tests."""
    environ = started_environment(dict(os.environ))
    if arguments.verb == "test":
        return run_tests(arguments.rest, environ)
    command = ["demo", *arguments.rest] if arguments.verb == "demo" else list(arguments.rest)
    if arguments.offscreen or (sys.platform.startswith("linux") and not platforms()):
        if arguments.verb == "demo":
            why = "as asked" if arguments.offscreen else "there is no display (neither DISPLAY nor WAYLAND_DISPLAY)"
            print(f"-- no window: {why}; doing the same job offscreen")
            command.append("--offscreen")
        environ["QT_QPA_PLATFORM"] = "offscreen"
    command = [str(python()), "-P", "-m", "app", *command]
    if os.name == "posix":
        # Signals reach the program itself: a window that is told to end saves what it was saving.
        os.execve(command[0], command, environ)
    return _call(command, env=environ)


def run_tests(rest: list[str], environ: dict[str, str]) -> int:
    """Linters, types, then always the tests, whose summary comes last. Non-zero if any of them failed."""
    environ["QT_QPA_PLATFORM"] = "offscreen"
    # Every worker and every program a test starts would compile everything anew.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    checks = {
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
        "mypy": ["mypy"],
    }
    # What the workers load is compiled meanwhile, once; what is wrong with it the tests themselves tell.
    compiling = ["pytest", "--collect-only", "-qq", "-p", "no:cacheprovider"]
    failed = [] if rest else _wrong_among(checks, environ, beside=compiling)
    # All of them on all cores; some, as they are asked for.
    options = rest or ["-n", "auto", "--dist", "loadfile"]
    status = _call([str(python()), "-m", "pytest", *options], env=environ, cwd=ROOT)
    if failed:
        print(f"facewright: failed before the tests: {', '.join(failed)}", file=sys.stderr)
    return status or bool(failed)


def _wrong_among(checks: dict[str, list[str]], environ: dict[str, str], *, beside: list[str]) -> list[str]:
    """Run the modules one after the other, with another one ``beside`` them; the names of those that failed."""
    command = [str(python()), "-m"]
    quiet = subprocess.DEVNULL
    failed = []
    with subprocess.Popen([*command, *beside], env=environ, cwd=ROOT, stdout=quiet, stderr=quiet):
        for name, module in checks.items():
            with step(name):
                if _call([*command, *module], env=environ, cwd=ROOT):
                    failed.append(name)
    return failed


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is done, and afterwards how long it took."""
    print(f"-- {what} …" if _prints("…") else f"-- {what} ...")
    began = time.monotonic()
    yield
    print(f"   {time.monotonic() - began:.1f} s")


def python() -> Path:
    """The environment's interpreter."""
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def site_packages() -> Path:
    """Where the environment keeps its packages."""
    if sys.platform == "win32":
        return VENV / "Lib" / "site-packages"
    return VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def stamp_of(constraints: Path) -> str:
    """A digest of everything that decides what is installed."""
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for file in (constraints, ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_installed(constraints: Path) -> bool:
    """Whether the environment is there and holds exactly this (what the tests need includes what the program needs)."""
    names = [RUNTIME, DEVELOPMENT] if constraints.name == RUNTIME else [DEVELOPMENT]
    for name in names:
        stamp = VENV / f"{name}.stamp"
        wanted = stamp_of(constraints.with_name(name))
        if python().exists() and stamp.is_file() and stamp.read_text() == wanted:
            return True
    return False


def make_environment() -> None:
    """``.venv`` is there and its Python runs; pip may be missing."""
    if python().exists() and site_packages().is_dir() and _runs([str(python()), "-c", "pass"]):
        return
    if importlib.util.find_spec("venv") is None:
        line = system_libraries.apt_install_line(["python3"])
        raise BootstrapError(f"this Python has no module venv; run as root: {line}")
    with step(f"make {VENV.name} with {sys.executable}"):
        base = getattr(sys, "_base_executable", None) or sys.executable
        _must([base, "-m", "venv", "--clear", "--without-pip", str(VENV)], "the environment could not be made")


def has_pip() -> bool:
    """Whether the environment has a pip already."""
    return _runs([str(python()), "-c", "import pip"])


def provide_certificates(wanted: tuple[str, ...], *, allowed: bool) -> None:
    """There is a store of certificates to check the package index with, if it is asked over https."""
    config = pip_wheel.settings(dict(os.environ), pip_wheel.config_files(dict(os.environ)))
    if pip_wheel.lacks_certificates(config) and system_libraries.is_debian():
        print("-- there are no certificates to check the package index with; Qt will need system libraries, too")
        install_debian_packages(["ca-certificates", *system_libraries.usual_packages(wanted)], allowed=allowed)


def bring_pip() -> None:
    """pip is in the environment: Python's own, or where Debian left that out, the pinned wheel from the index."""
    if importlib.util.find_spec("ensurepip") is not None:
        with step("put Python's own pip into it"):
            _must([str(python()), "-m", "ensurepip", "--default-pip"], "ensurepip failed")
        return
    with step("fetch pip from the package index (this Python has no ensurepip)"):
        config = pip_wheel.settings(dict(os.environ), pip_wheel.config_files(dict(os.environ)))
        try:
            wheel = pip_wheel.fetch_wheel(VENV, config)
        except pip_wheel.NoPipError as problem:
            raise BootstrapError(
                f"pip could not be had from the configured package index; tried\n{problem}\n"
                "put it there, set PIP_INDEX_URL, or install python3-venv and start again"
            ) from None
        runs_itself = [str(python()), str(wheel / "pip"), "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
        _must(runs_itself, "pip could not be installed")


def install(constraints: Path) -> None:
    """The pinned packages, checked by hash, and the program itself in place (editable)."""
    pip = [str(python()), "-m", "pip", "install", "--no-deps", "--disable-pip-version-check"]
    if not sys.stdout.isatty():
        pip.append("--quiet")
    with step(f"install the packages of packaging/{constraints.name} (the first time some 200 MB)"):
        locked = ["--require-hashes", "--only-binary", ":all:", "-r", str(constraints)]
        _must([*pip, *locked], "pip could not install them")
    with step("install facewright itself"):
        _must([*pip, "--no-build-isolation", "--editable", str(ROOT)], "pip could not install the program")
    (VENV / f"{constraints.name}.stamp").write_text(stamp_of(constraints))


def platforms() -> tuple[str, ...]:
    """The kinds of display there are: ``wayland``, ``xcb``; elsewhere than on Linux nobody has to ask."""
    if not sys.platform.startswith("linux"):
        return ()
    found = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
    return tuple(platform for platform, variable in found.items() if os.environ.get(variable))


def provide_system_libraries(wanted: tuple[str, ...], *, allowed: bool) -> None:
    """Qt finds all it needs for the platforms; as root, or when ``allowed``, what is missing gets installed."""
    missing = system_libraries.missing_libraries(site_packages(), wanted)
    if not missing:
        return
    print(f"-- Qt needs system libraries that are not here: {', '.join(missing)}")
    packages, unknown = system_libraries.debian_packages(missing)
    if system_libraries.is_debian() and packages:
        install_debian_packages(packages, allowed=allowed)
        unknown = system_libraries.missing_libraries(site_packages(), wanted)
    if unknown:
        raise BootstrapError(f"install what brings {', '.join(unknown)} (your system's packages), then start again")


def install_debian_packages(packages: list[str], *, allowed: bool) -> None:
    """apt-get installs the packages: as root, or through sudo when ``allowed``. Else says the line to run."""
    line = system_libraries.apt_install_line(packages)
    is_root = os.geteuid() == 0
    has_sudo = shutil.which("sudo") is not None
    if not is_root and not (allowed and has_sudo):
        hint = " (or add --system, and sudo does it now)" if has_sudo else ""
        raise BootstrapError(f"run as root: {line}\nthen start again{hint}")
    with step(line):
        status = system_libraries.apt_install(packages, sudo=not is_root)
    if status:
        raise BootstrapError(f"apt-get ended with status {status}; see above")


def started_environment(environ: dict[str, str]) -> dict[str, str]:
    """What the started program sees: a UTF-8 locale where there is none (Qt warns about the C locale)."""
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or "C"
    if locale in {"C", "POSIX"} and sys.platform.startswith("linux"):
        environ["LC_ALL"] = "C.UTF-8"
    return environ


def restart_with_newer_python() -> int:
    """Go on with a newer interpreter from the path, or say which is needed."""
    for minor in range(19, NEEDED[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer and _runs([newer, "-c", "import venv"]):
            print(f"-- this is Python {sys.version_info[0]}.{sys.version_info[1]}; going on with {newer}")
            return _call([newer, *sys.argv])
    print(
        f"facewright: needs Python 3.11 or newer, this is {sys.version.split()[0]} ({sys.executable});"
        " install a newer one and run this command with it",
        file=sys.stderr,
    )
    return 3


def _prints(character: str) -> bool:
    try:
        character.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _call(command: list[str], *, env: dict[str, str] | None = None, cwd: Path | None = None) -> int:
    """Run a child to its end. Ctrl+C reaches it too and it ends in its own time: it may be saving."""
    with subprocess.Popen(command, env=env, cwd=cwd) as child:
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                status = child.wait()
                return status if status >= 0 else 128 - status


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def _must(command: list[str], failure: str) -> None:
    status = subprocess.run(command, check=False, stdout=None if sys.stdout.isatty() else sys.stderr).returncode
    if status:
        raise BootstrapError(f"{failure} (status {status}); see above")


if __name__ == "__main__":
    sys.exit(main())
