"""Plug-in packages as if they were installed: for this process and for those it starts."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

PLUGIN = Path(__file__).with_name("plugin")


def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``pip install`` of the example package would do."""
    project = tomllib.loads((PLUGIN / "pyproject.toml").read_text())["project"]
    install(tmp_path / "site", PLUGIN, monkeypatch, project["name"], project["entry-points"])


def install(
    site: Path,
    modules: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    entry_points: Mapping[str, Mapping[str, str]],
) -> None:
    """A package of that name declares the entry points; its modules lie in ``modules``."""
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    groups = [
        f"[{group}]\n" + "".join(f"{entry} = {target}\n" for entry, target in named.items())
        for group, named in entry_points.items()
    ]
    (info / "entry_points.txt").write_text("\n".join(groups))
    paths = [str(site), str(modules)]
    for path in paths:
        monkeypatch.syspath_prepend(path)
    inherited = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([*paths, *([inherited] if inherited else [])]))
