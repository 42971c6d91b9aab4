"""Exports through the command line and Python, and what a kill leaves of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app import open_dataset
from app.__main__ import main
from app.faces.errors import ExportError
from app.formats import open_store
from app.formats.exporting.options import choices_of
from app.formats.exporting.registry import export_formats
from app.workbench.exporting import partial_folder
from tests.formats.exporting.plugged import plug_in
from tests.workbench.face_folder import face_folder

COUNT = 40
FORMATS = [each.name for each in export_formats()]


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return face_folder(tmp_path_factory.mktemp("faces") / "faces", COUNT)


@pytest.fixture(autouse=True)
def plugged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(tmp_path, monkeypatch)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_the_command_exports_a_selection(faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "out")
    argv = ["export", str(faces), out, "--format", "diary", "--ids", "1-9", "--query", "attr:Arched_Eyebrows"]
    assert main([*argv, "--include", "captions,mask", "--dear", "you", "--json", "--quiet"]) == 0
    document = told(capsys)
    assert document["folder"] == out
    assert document["format"] == "diary"
    assert document["samples"] == 6
    assert list(open_store(Path(out)).sample_ids) == ["1", "2", "4", "5", "7", "8"]
    assert main([*argv, "--quiet"]) == 3
    assert "not empty" in capsys.readouterr().err
    assert main([*argv, "--quiet", "--overwrite"]) == 0


def test_what_could_not_be_written_makes_the_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = face_folder(tmp_path / "faces", 3)
    (folder / "CelebAMask-HQ-mask-anno/0/00001_hair.png").write_bytes(b"no picture")
    assert main(["export", str(folder), str(tmp_path / "out"), "--format", "diary"]) == 1
    captured = capsys.readouterr()
    assert "not written: masks of 1 sample: " in captured.err
    assert "Could not be written" in captured.out


def test_a_dry_run_writes_nothing(faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["export", str(faces), str(tmp_path / "out"), "--format", "diary", "--dry-run", "--quiet"]
    assert main([*argv, "--json"]) == 0
    document = told(capsys)
    assert document["samples"] == COUNT
    assert document["bytes"] > 0
    assert document["paths"][0] == "photos/0.jpg"
    assert main(argv) == 0
    assert "nothing was written" in capsys.readouterr().out
    assert not {"out", ".out.facewright-part"} & {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        (["--format", "nothing"], "invalid choice"),
        ([], "--format"),
        (["--format", "diary", "--group", "0"], "group: 0 is less than 1"),
        (["--format", "diary", "--polygons"], "unrecognized arguments"),
        (["--format", "diary", "--splits", "sideways"], "mode: sideways is none of"),
    ],
)
def test_wrong_usage_is_told_as_such(
    argv: list[str], what: str, faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(faces), str(tmp_path / "out"), *argv]) == 2
    assert what in capsys.readouterr().err


@pytest.mark.parametrize("name", [*FORMATS, "diary"])
def test_help_lists_the_options_of_the_format(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--format", name, "--help"]) == 0
    out = capsys.readouterr().out
    each = next(each for each in export_formats() if each.name == name)
    for choice in choices_of(each.options):
        assert f"--{choice.name.replace('_', '-')}" in out
    assert f"options of {name}" in out
    assert "--split-ratios" in out


def test_formats_tells_what_is_read_saved_and_exported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formats", "--json"]) == 0
    rows = {row["name"]: row for row in told(capsys)}
    assert rows["diary"]["reads"] == rows["diary"]["holds"] == ["photo", "mask", "captions", "attributes"]
    assert rows["diary"]["writes"] == []
    assert {name for name, row in rows.items() if row["exports"]} == {*FORMATS, "diary"}
    assert main(["formats"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("diary"))
    assert "exports photo,mask,captions,attributes" in line


def test_python_exports_too(tmp_path: Path) -> None:
    folder = face_folder(tmp_path / "faces", 6)
    with open_dataset(folder) as ds:
        ds["2"].captions[0] = "edited and not saved"
        report = ds.export(tmp_path / "out", format="diary", query="class:hair", ids=[1, 2], dear="you")
        assert report.samples == 2
        assert "1 sample of the dataset has edits that are not saved" in report.notes[0]
        with pytest.raises(ExportError, match="no option deer"):
            ds.export(tmp_path / "other", format="diary", deer="you")
    with open_dataset(tmp_path / "out") as out:
        assert list(out.ids) == ["1", "2"]
        assert out["2"].captions[0] == "face number 2 line 0"


def start(faces: Path, out: Path, *argv: str, most_bytes: int | None = None) -> subprocess.Popen[str]:
    """The command in a process of its own, whose files (and its children's) may have ``most_bytes`` each."""
    command = [sys.executable, "-m", "app", "export", str(faces), str(out), "--format", "diary", *argv]
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True, start_new_session=True)
    if most_bytes is not None:
        import resource

        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    return process


def until_some_is_written(out: Path) -> None:
    journal = partial_folder(out) / "journal.jsonl"
    until = time.monotonic() + 60
    while not (journal.exists() and journal.read_bytes().count(b"\n") > 2):
        assert time.monotonic() < until, "nothing was written in a minute"
        time.sleep(0.01)


def children_of(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def finish(faces: Path, out: Path, capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    assert main(["export", str(faces), str(out), "--format", "diary", "--json", "--quiet", *argv]) == 0
    assert list(open_store(out).sample_ids) == [str(n) for n in range(COUNT)]
    assert not partial_folder(out).exists()
    return told(capsys)


SLOW = ("--slow-ms", "80")
"""What is left after the first parts takes a second and a half: on a busy machine a signal may come that late."""


def test_a_killed_export_leaves_no_target_and_goes_on(
    faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    process = start(faces, out, *SLOW)
    until_some_is_written(out)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not out.exists()
    document = finish(faces, out, capsys, *SLOW)
    assert document["samples_written_before_an_interruption"] >= 8


@pytest.mark.skipif(sys.platform != "linux", reason="limits another process")
def test_a_disk_that_refuses_a_child_leaves_no_target(
    faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    smallest = min(path.stat().st_size for path in (faces / "CelebA-HQ-img").iterdir())
    process = start(faces, out, most_bytes=smallest - 1)
    _, err = process.communicate()
    assert process.returncode == 3
    assert ".jpg cannot be written: File too large" in err
    assert not out.exists()
    assert not partial_folder(out).exists()
    finish(faces, out, capsys)


@pytest.mark.skipif(sys.platform != "linux", reason="finds the children in /proc")
def test_a_killed_child_costs_nothing(faces: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start(faces, out, "--slow-ms", "25")
    until_some_is_written(out)
    for child in children_of(process.pid)[:1]:
        os.kill(child, signal.SIGKILL)
    process.communicate()
    assert process.returncode == 0
    assert list(open_store(out).sample_ids) == [str(n) for n in range(COUNT)]
    assert json.loads((out / "report.json").read_text())["left_out"] == []


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(
    faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    process = start(faces, out, *SLOW)
    until_some_is_written(out)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "the same command goes on there" in err
    assert "Traceback" not in err
    assert not out.exists()
    finish(faces, out, capsys, *SLOW)


def test_ctrl_c_with_no_resume_leaves_nothing(faces: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start(faces, out, "--slow-ms", "250", "--no-resume")
    until_some_is_written(out)
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 130
    assert not out.exists()
    assert not partial_folder(out).exists()
