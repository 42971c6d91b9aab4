"""The shared libraries that Qt's wheel expects from the system, and the Debian packages that bring them.

Nothing is assumed from package names: the loader itself (``ldd``) says what each Qt library and platform plugin would
not find. Qt's own message is misleading (it asks for xcb-cursor when icccm or keysyms are missing).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

DEBIAN_PACKAGE = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}

# What a Debian with nothing but Python lacks for Qt 6.11 (their dependencies bring the rest). Only for telling a user
# everything in one go before Qt is there to be asked; afterwards the loader decides.
_USUAL = {
    "offscreen": "libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libxkbcommon0".split(),
    "xcb": "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0".split(),
    "wayland": "libwayland-cursor0 libwayland-egl1".split(),
}
_ALWAYS = ("lib/libQt6Widgets.so.6", "lib/libQt6Svg.so.6", "plugins/platforms/libqoffscreen.so")
_BY_PLATFORM = {
    "offscreen": (),
    "xcb": ("plugins/platforms/libqxcb.so",),
    "wayland": ("plugins/platforms/libqwayland.so", "plugins/platforms/libqwayland-generic.so"),
}


def missing_libraries(site_packages: Path, platforms: tuple[str, ...]) -> list[str]:
    """The sonames Qt would not find for the platforms (``offscreen``, ``xcb``, ``wayland``); empty without ``ldd``."""
    qt = site_packages / "PySide6" / "Qt"
    wanted = [*_ALWAYS, *(file for platform in platforms for file in _BY_PLATFORM[platform])]
    files = [str(qt / name) for name in wanted if (qt / name).is_file()]
    ldd = shutil.which("ldd")
    if not files or ldd is None:
        return []
    environ = {**os.environ, "LC_ALL": "C"}
    listing = subprocess.run([ldd, *files], capture_output=True, text=True, check=False, env=environ)
    return not_found(listing.stdout)


def not_found(listing: str) -> list[str]:
    """The sonames that a listing of ``ldd`` marks as not found, each once."""
    return sorted(set(re.findall(r"^\s*(\S+) => not found", listing, re.MULTILINE)))


def debian_packages(sonames: list[str]) -> tuple[list[str], list[str]]:
    """The Debian packages for the sonames, and the sonames nobody has a package for."""
    packages = {DEBIAN_PACKAGE[name] for name in sonames if name in DEBIAN_PACKAGE}
    return sorted(packages), [name for name in sonames if name not in DEBIAN_PACKAGE]


def usual_packages(platforms: tuple[str, ...]) -> list[str]:
    """What a bare Debian needs for the platforms, as far as one can say without asking the loader."""
    return sorted({package for platform in platforms for package in _USUAL[platform]})


def is_debian(os_release: Path = Path("/etc/os-release")) -> bool:
    """Whether ``apt-get`` and Debian's package names apply here (Debian, Ubuntu and their children)."""
    try:
        text = os_release.read_text(encoding="utf-8")
    except OSError:
        return False
    families = re.findall(r"^ID(?:_LIKE)?=(.*)$", text, re.MULTILINE)
    return bool({"debian", "ubuntu"} & {word for line in families for word in line.strip().strip("\"'").split()})


def apt_install_line(packages: list[str]) -> str:
    """The one line that installs the packages, for a person to run as root."""
    return f"apt-get update && {' '.join(_install(packages))}"


def apt_install(packages: list[str], *, sudo: bool) -> int:
    """Refresh apt's lists and install the packages, as root or through ``sudo``; apt's exit status."""
    prefix = ["sudo"] if sudo else []
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*prefix, "apt-get", "-qq", "update"], check=False, env=environ)
    command = [*prefix, *_install(packages), "-qq", "-o", "Dpkg::Use-Pty=0"]
    return subprocess.run(command, check=False, env=environ, stdout=subprocess.DEVNULL).returncode


def _install(packages: list[str]) -> list[str]:
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages]
