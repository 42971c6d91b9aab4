"""``facewright undo`` takes back what the last command did, whatever it was: all of it, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app import open_dataset
from app.__main__ import main
from app.workbench import runs
from tests.tiny_dataset import EVERYTHING, contents, write

SKETCH = ["sketch", "--all", "--workers", "1", "--size", "64"]
IMPORT = ["captions", "import", "captions.csv", "--mode", "replace"]
CAPTIONS = b"id,caption\n0,A face.\n17,Another face.\n"
COMMANDS = {
    "attributes": ["attributes", "Young=no", "Male=yes"],
    "attributes of one": ["attributes", "Smiling=no", "--ids", "17"],
    "attributes again": ["attributes", "Young=yes", "Bald=yes"],
    "replace": ["captions", "replace", "--find", "e", "--by", "oo", "--how", "plain"],
    "generate": ["captions", "generate", "--all", "--ids", "0,17"],
    "generate what is missing": ["captions", "generate"],
    "import": IMPORT,
    "sketch": SKETCH,
    "sketch of one otherwise": [*SKETCH, "--method", "photocopy", "--ids", "17"],
    "sketch what is missing": ["sketch", "--workers", "1", "--size", "64"],
    "restore": ["restore"],
    "restore one": ["restore", "--ids", "17"],
    "patch": ["patch", "apply", "patch.zip"],
}


class Desk:
    """A dataset with the files that commands take, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dataset = write(folder / "faces", EVERYTHING)
        (folder / "captions.csv").write_bytes(CAPTIONS)
        other = write(folder / "theirs", EVERYTHING)
        with open_dataset(other) as theirs:
            theirs["17"].captions[0] = "Their words."
            theirs["17"].attributes["Bald"] = True
            theirs["0"].attributes["Bald"] = True
            mask = theirs["17"].mask
            assert mask is not None
            mask.layers["hair"] = mask.layers["skin"]
            theirs.save()
        assert main(["patch", "make", str(other), str(folder / "patch.zip"), "--quiet"]) == 0

    def run(self, command: Sequence[str]) -> int:
        words = [str(self.folder / word) if "." in word else word for word in command]
        words.insert(2 if words[0] == "patch" else 1, str(self.dataset))
        return main([*words, "--quiet"])

    @property
    def files(self) -> dict[str, bytes]:
        return contents(self.dataset)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def undone(desk: Desk, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    main(["undo", str(desk.dataset), "--json", "--quiet"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_taken_back_byte_for_byte(desk: Desk, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    if name.startswith("restore"):
        for other in ("patch", "generate", "sketch"):
            assert desk.run(COMMANDS[other]) in {0, 1}
    before = desk.files
    assert desk.run(COMMANDS[name]) in {0, 1}
    assert desk.files != before
    told = undone(desk, capsys)
    assert told["changed"]
    assert told["skipped"] == []
    assert desk.files == before


@example(["attributes", "sketch", "restore"])
@example(["attributes", "restore", "attributes"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(COMMANDS)), min_size=2, max_size=5))
def test_any_commands_are_taken_back_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str], names: list[str]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    states = [desk.files]
    for name in names:
        assert desk.run(COMMANDS[name]) in {0, 1}
        if desk.files != states[-1]:
            states.append(desk.files)
    for state in reversed(states[:-1]):
        assert undone(desk, capsys)["skipped"] == []
        assert desk.files == state
    assert undone(desk, capsys) == {"label": None, "changed": [], "skipped": []}
    assert main(["verify", str(desk.dataset), "--quiet"]) == 0


def test_the_newest_is_told_across_kinds(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("attributes of one", "patch", "sketch", "replace", "restore"):
        assert desk.run(COMMANDS[name]) in {0, 1}
    labels = [undone(desk, capsys)["label"] for _ in range(6)]
    assert labels == [
        "Restore originals", "Replace “e” by “oo”", "Draw sketches", "Apply patch", "Set Smiling to no", None
    ]  # fmt: skip
    assert desk.files == EVERYTHING


def test_a_sketch_that_was_changed_since_stays_and_is_named(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.run(COMMANDS["attributes of one"]) == 0
    assert desk.run(SKETCH) == 0
    theirs = cv2.imencode(".png", np.full((64, 64), 7, np.uint8))[1].tobytes()
    (desk.dataset / "sketch/17.png").write_bytes(theirs)
    told = undone(desk, capsys)
    assert [each["sample"] for each in told["skipped"]] == ["17"]
    assert desk.files == {**desk.files, "sketch/17.png": theirs}
    assert undone(desk, capsys)["label"] == "Set Smiling to no"
    assert desk.files == {**EVERYTHING, "sketch/17.png": theirs}


def test_runs_that_make_no_sense_are_passed_over(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.run(SKETCH) == 0
    folder = desk.dataset / ".facewright/runs"
    [file] = folder.iterdir()
    lines = file.read_bytes().splitlines(keepends=True)
    bad = b'{"sample": "0", "path": "../x", "before": null, "after": null}\n[]\n{"sample": "0", "path": 1}\n{"la'
    file.write_bytes(b"".join([*lines, bad]))
    (folder / "9999999999999999.jsonl").write_bytes(b"\xff\n{}\n")
    (folder / "x.jsonl").write_bytes(b"")
    assert undone(desk, capsys)["label"] == "Draw sketches"
    assert desk.files == EVERYTHING
    assert [path.name for path in folder.iterdir()] == ["x.jsonl"]


def test_so_many_runs_are_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_KEPT", 2)
    for size in ("64", "32", "16"):
        assert desk.run([*SKETCH[:-1], size, "--ids", "17"]) == 0
    assert len(list((desk.dataset / ".facewright/runs").iterdir())) == 2
