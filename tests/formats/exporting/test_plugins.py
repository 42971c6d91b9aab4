"""Formats of other packages: found by their entry point, and no danger to the formats that are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.faces.errors import ExportError
from app.formats import all_formats, detect, open_store
from app.formats.exporting.registry import BUILT_IN, export_format, export_formats
from tests.formats.drawn import NATIVE
from tests.formats.exporting.plugged import install, plug_in
from tests.formats.exporting.run import export
from tests.tiny_dataset import write

MODULES = """
from diary_format import Diary


class WriteOnly:
    name, title, summary, extra = "write-only", "Write only", "a list", ""
    holds, losses, options = Diary.holds, Diary.losses, Diary.options

    def writer(self, source, items, options):
        return Diary().writer(source, items, options)


class Impostor(Diary):
    name = "{taken}"


def broken():
    raise RuntimeError("no such library")
"""


def test_a_package_with_one_format_is_read_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExportError, match="there is no format diary"):
        export_format("diary")
    plug_in(tmp_path, monkeypatch)
    source = open_store(write(tmp_path / "faces", NATIVE))
    export("diary", source, None, None, tmp_path / "out")
    assert detect(tmp_path / "out")[0].layout == "diary"
    assert open_store(tmp_path / "out").sample_ids == source.sample_ids


def test_odd_packages_hinder_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(tmp_path, monkeypatch)
    taken = BUILT_IN[0].name
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "odd_formats.py").write_text(MODULES.replace("{taken}", taken))
    entries = {
        "one": "odd_formats:WriteOnly",
        "two": "odd_formats:Impostor",
        "three": "odd_formats:broken",
        "four": "no_such_module:Format",
    }
    install(tmp_path / "odd", modules, monkeypatch, "odd-formats", {"facewright.formats": entries})
    assert {each.name for each in export_formats()} == {each.name for each in BUILT_IN} | {"diary", "write-only"}
    assert export_format(taken) is BUILT_IN[0]
    assert "write-only" not in {layout.name for layout in all_formats()}
    source = open_store(write(tmp_path / "faces", NATIVE))
    assert source.layout == "celebamask-hq"
    assert len(export("write-only", source, None, None, tmp_path / "out").files) == 4
