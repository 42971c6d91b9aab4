"""The decisions of the bootstrap, without a network, an apt or an environment being made."""

from __future__ import annotations

import ast
import hashlib
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


@pytest.fixture(scope="module")
def modules() -> Iterator[SimpleNamespace]:
    """The scripts of packaging/, imported as they import each other (it is no package and must not become one)."""
    sys.path.insert(0, str(PACKAGING))
    try:
        names = ("bootstrap", "pip_wheel", "system_libraries")
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in names})
    finally:
        sys.path.remove(str(PACKAGING))


@pytest.fixture
def bootstrap(modules: SimpleNamespace) -> ModuleType:
    return modules.bootstrap  # type: ignore[no-any-return]


@pytest.fixture
def pip_wheel(modules: SimpleNamespace) -> ModuleType:
    return modules.pip_wheel  # type: ignore[no-any-return]


@pytest.fixture
def system_libraries(modules: SimpleNamespace) -> ModuleType:
    return modules.system_libraries  # type: ignore[no-any-return]


def test_packaging_is_no_package() -> None:
    assert not (PACKAGING / "__init__.py").exists()


@pytest.mark.parametrize("name", ["bootstrap.py", "pip_wheel.py", "system_libraries.py"])
def test_an_old_python_can_read_the_scripts_far_enough_to_refuse(name: str) -> None:
    source = (PACKAGING / name).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    assert "from __future__ import annotations" in source
    imported = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= set(sys.stdlib_module_names) | {"pip_wheel", "system_libraries"}


def test_an_old_python_is_told_what_it_needs(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _: None)
    assert bootstrap.main(["demo"]) == 3
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


def test_what_follows_two_dashes_belongs_to_the_program(bootstrap: ModuleType) -> None:
    arguments = bootstrap.parse(["run", "--offscreen", "--", "info", "--system", "x"])
    assert (arguments.verb, arguments.offscreen, arguments.system) == ("run", True, False)
    assert arguments.rest == ["info", "--system", "x"]


def test_a_stamp_changes_with_what_it_stands_for(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("a")
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("b")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    stamps = {bootstrap.stamp_of(constraints)}
    assert stamps == {bootstrap.stamp_of(constraints)}
    constraints.write_text("c")
    stamps.add(bootstrap.stamp_of(constraints))
    (tmp_path / "pyproject.toml").write_text("d")
    stamps.add(bootstrap.stamp_of(constraints))
    assert len(stamps) == 3


def test_every_pin_has_hashes_and_both_files_agree() -> None:
    pins = []
    for name in ("constraints.txt", "constraints-dev.txt"):
        text = (PACKAGING / name).read_text()
        requirements = [block for block in text.replace(" \\\n", " ").splitlines() if block and block[0] not in " #"]
        assert all("==" in line and "--hash=sha256:" in line for line in requirements)
        # Not the markers: a development package may need for all Pythons what the others need for some.
        pins.append({line.partition(" --hash")[0].partition(";")[0].strip() for line in requirements})
    assert pins[0] < pins[1]
    assert {pin for pin in pins[0] if pin.startswith("pyside6-essentials==6.11.")}


def test_a_c_locale_becomes_utf8(bootstrap: ModuleType) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has C.UTF-8")
    assert bootstrap.started_environment({})["LC_ALL"] == "C.UTF-8"
    assert "LC_ALL" not in bootstrap.started_environment({"LANG": "de_DE.UTF-8"})


def test_displays_are_found_in_the_environment(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert bootstrap.platforms() == ("wayland",)
    monkeypatch.delenv("WAYLAND_DISPLAY")
    assert bootstrap.platforms() == ()


def test_without_root_the_line_to_run_is_named_and_nothing_is_done(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(bootstrap.system_libraries, "apt_install", lambda *_, **__: pytest.fail("installed"))
    with pytest.raises(bootstrap.BootstrapError) as refused:
        bootstrap.install_debian_packages(["libegl1", "libgl1"], allowed=False)
    assert "run as root: apt-get update && apt-get install -y --no-install-recommends libegl1 libgl1" in str(
        refused.value
    )


LDD = """
plugins/platforms/libqxcb.so:
\tlinux-vdso.so.1 (0x00007ffc)
\tlibxcb-icccm.so.4 => not found
\tlibGL.so.1 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)
lib/libQt6Gui.so.6:
\tlibGL.so.1 => not found
\tlibmystery.so.9 => not found
"""


def test_missing_libraries_are_read_from_the_loader(system_libraries: ModuleType) -> None:
    missing = system_libraries.not_found(LDD)
    assert missing == ["libGL.so.1", "libmystery.so.9", "libxcb-icccm.so.4"]
    assert system_libraries.debian_packages(missing) == (["libgl1", "libxcb-icccm4"], ["libmystery.so.9"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ID=debian\nVERSION_ID="12"\n', True),
        ('ID="linuxmint"\nID_LIKE="ubuntu debian"\n', True),
        ("ID=fedora\n", False),
    ],
)
def test_debian_and_its_children_are_known(
    text: str, expected: bool, tmp_path: Path, system_libraries: ModuleType
) -> None:
    (tmp_path / "os-release").write_text(text)
    assert system_libraries.is_debian(tmp_path / "os-release") is expected


def test_pip_settings_come_from_files_and_the_environment(tmp_path: Path, pip_wheel: ModuleType) -> None:
    general, own = tmp_path / "a.conf", tmp_path / "b.conf"
    general.write_text("[global]\nindex-url = https://one.example/simple\ntimeout = 9\n")
    own.write_text("[global]\nindex_url = https://two.example/simple\n[install]\nfind-links = /wheels\n")
    config = pip_wheel.settings({"PIP_TIMEOUT": "30", "HOME": "/x"}, [general, own, tmp_path / "absent"])
    assert config == {"index-url": "https://two.example/simple", "timeout": "30", "find-links": "/wheels"}
    assert pip_wheel.places(config) == ["/wheels", "https://two.example/simple/pip/"]
    assert pip_wheel.places({}) == ["https://pypi.org/simple/pip/"]
    assert pip_wheel.places({"no-index": "1", "find-links": "/wheels"}) == ["/wheels"]


def test_a_config_file_of_null_means_none(pip_wheel: ModuleType) -> None:
    assert pip_wheel.config_files({"PIP_CONFIG_FILE": os.devnull}) == []


def test_index_pages_are_searched_for_our_wheel(pip_wheel: ModuleType) -> None:
    page = f'<a href="../../files/{pip_wheel.WHEEL}#sha256=1">x</a><a href="pip-1-py3-none-any.whl">y</a>'
    found = pip_wheel.links_in(page, "https://one.example/simple/pip/")
    assert found == [f"https://one.example/files/{pip_wheel.WHEEL}#sha256=1"]


def test_the_wheel_is_taken_only_with_the_right_hash(
    tmp_path: Path, pip_wheel: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels, venv = tmp_path / "wheels", tmp_path / "venv"
    wheels.mkdir()
    venv.mkdir()
    (wheels / pip_wheel.WHEEL).write_bytes(b"right")
    config = {"no-index": "true", "find-links": str(wheels)}
    with pytest.raises(pip_wheel.NoPipError, match="not the one we know"):
        pip_wheel.fetch_wheel(venv, config)
    assert list(venv.iterdir()) == []
    monkeypatch.setattr(pip_wheel, "SHA256", hashlib.sha256(b"right").hexdigest())
    assert pip_wheel.fetch_wheel(venv, config).read_bytes() == b"right"
    assert pip_wheel.fetch_wheel(venv, {"no-index": "1", "find-links": wheels.as_uri()}).read_bytes() == b"right"


def test_what_was_tried_is_told_without_passwords(tmp_path: Path, pip_wheel: ModuleType) -> None:
    (tmp_path / "simple").mkdir()
    config = {"index-url": "http://user:secret@127.0.0.1:9/simple", "timeout": "1"}
    with pytest.raises(pip_wheel.NoPipError) as refused:
        pip_wheel.fetch_wheel(tmp_path, config)
    assert "127.0.0.1:9/simple/pip/" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_an_index_on_disk_is_read(tmp_path: Path, pip_wheel: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "simple" / "pip"
    page.mkdir(parents=True)
    (tmp_path / pip_wheel.WHEEL).write_bytes(b"w")
    (page / "index.html").write_text(f'<a href="../../{pip_wheel.WHEEL}">pip</a>')
    monkeypatch.setattr(pip_wheel, "SHA256", hashlib.sha256(b"w").hexdigest())
    venv = tmp_path / "venv"
    venv.mkdir()
    config = {"index-url": (tmp_path / "simple").as_uri()}
    assert pip_wheel.fetch_wheel(venv, config).read_bytes() == b"w"
