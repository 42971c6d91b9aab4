"""The example plug-in as if it were installed: for this process and for those it starts."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

PLUGIN = Path(__file__).with_name("plugin")


def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``pip install`` of the package would put on the path: the module and the entry points it declares."""
    project = tomllib.loads((PLUGIN / "pyproject.toml").read_text())["project"]
    name, version = project["name"], project["version"]
    site = tmp_path / "site"
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    entries = [
        f"[{group}]\n" + "".join(f"{entry} = {target}\n" for entry, target in named.items())
        for group, named in project["entry-points"].items()
    ]
    (info / "entry_points.txt").write_text("\n".join(entries))
    paths = [str(site), str(PLUGIN)]
    for path in paths:
        monkeypatch.syspath_prepend(path)
    inherited = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([*paths, *([inherited] if inherited else [])]))
