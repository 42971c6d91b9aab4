"""Whether an optional part of this package is installed, told before anybody fills in a form for nothing."""

from __future__ import annotations

from importlib import metadata

from app.workbench.exporting.manifest import required_by


def missing_packages(extra: str) -> tuple[str, ...]:
    """The packages that ``pip install 'facewright[extra]'`` would add; none where everything is there."""
    missing = []
    for package in required_by(extra):
        try:
            metadata.version(package)
        except metadata.PackageNotFoundError:
            missing.append(package)
    return tuple(missing)
