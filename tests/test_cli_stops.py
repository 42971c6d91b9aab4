"""Every command's way out: files that are not what they should be are named with what to do, Ctrl+C leaves nothing half
done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.__main__ import main
from app.cli.terminal import Bar
from tests.tiny_dataset import EVERYTHING, contents, write

TAKING_A_FILE = {
    "captions generate": ["captions", "{data}", "generate", "--dry-run", "--grammar", "{file}"],
    "captions check": ["captions", "{data}", "check", "--grammar", "{file}"],
    "captions import": ["captions", "{data}", "import", "{file}"],
    "grammar": ["grammar", "--grammar", "{file}"],
    "sketch --model": ["sketch", "{data}", "--method", "onnx", "--model", "{file}"],
    "sketch of a photo": ["sketch", "{file}", "{out}/sketch.png"],
    "patch apply": ["patch", "apply", "{data}", "{file}"],
    "--ids-file": ["check", "{data}", "--ids-file", "{file}"],
    "--scheme": ["info", "{data}", "--scheme", "{file}"],
}
INTO_A_FILE = {
    "render": ["render", "{data}", "17", "{file}"],
    "patch make": ["patch", "make", "{data}", "{file}"],
    "check --output": ["check", "{data}", "--output", "{file}"],
    "sketch of a photo": ["sketch", "{data}/CelebA-HQ-img/17.jpg", "{file}"],
}
LONG = {
    "check": ["check", "{data}", "--output", "{out}/report.html"],
    "captions check": ["captions", "{data}", "check"],
    "captions generate": ["captions", "{data}", "generate", "--all"],
    "captions replace": ["captions", "{data}", "replace", "--find", "she", "--by", "he"],
    "captions import": ["captions", "{data}", "import", "{out}/captions.csv"],
    "attributes": ["attributes", "{data}", "Smiling=no"],
    "sketch": ["sketch", "{data}"],
    "export": ["export", "{data}", "{out}/copy", "--format", "celebamask-hq"],
    "index": ["index", "{data}"],
    "search": ["search", "{data}", "has:findings"],
}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write(tmp_path / "faces", EVERYTHING)


def told(argv: list[str], dataset: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that it ends with."""
    before = contents(dataset)
    out = dataset.parent / "out"
    out.mkdir(exist_ok=True)
    assert main([word.format(data=dataset, file=file, out=out) for word in argv]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1, captured.err
    assert contents(dataset) == before
    assert list(out.iterdir()) == []
    return captured.err.removeprefix("facewright: ").rstrip()


@pytest.mark.parametrize("argv", TAKING_A_FILE.values(), ids=TAKING_A_FILE)
def test_a_file_that_is_not_there_is_named_with_what_to_do(
    argv: list[str], dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = dataset.parent / "no.txt"
    said = told(argv, dataset, file, capsys)
    assert str(file) in said
    assert "not there; check the name" in said or "there is no scheme" in said
    assert "No such file" not in said
    inside = dataset.parent / "nowhere" / "no.txt"
    said = told(argv, dataset, inside, capsys)
    assert str(inside) in said
    assert "check the name" in said or "there is no scheme" in said


@pytest.mark.parametrize("argv", [TAKING_A_FILE[n] for n in TAKING_A_FILE if n not in {"captions import", "--scheme"}])
def test_a_folder_where_a_file_should_be_is_named_with_what_to_do(
    argv: list[str], dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = dataset.parent / "folder"
    folder.mkdir()
    if argv[0] == "sketch" and argv[1] == "{file}":
        pytest.skip("a folder there is a dataset, which takes no second name")
    assert told(argv, dataset, folder, capsys) == f"{folder} is a folder; name a file"


@pytest.mark.parametrize("argv", INTO_A_FILE.values(), ids=INTO_A_FILE)
def test_a_place_that_cannot_be_written_is_named_with_what_to_do(
    argv: list[str], dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suffix = ".html" if argv[0] == "check" else ".zip" if argv[0] == "patch" else ".png"
    said = told(argv, dataset, dataset.parent / "nowhere" / f"file{suffix}", capsys)
    assert str(dataset.parent / "nowhere") in said
    assert ";" in said


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("argv", [TAKING_A_FILE["grammar"], TAKING_A_FILE["--ids-file"]])
def test_a_file_that_may_not_be_read_is_named(
    argv: list[str], dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = dataset.parent / "secret.txt"
    file.write_text("17")
    file.chmod(0)
    assert told(argv, dataset, file, capsys) == f"{file}: you have no right to that; ask for it, or name another place"


@pytest.mark.parametrize("argv", LONG.values(), ids=LONG)
def test_ctrl_c_is_130_and_leaves_nothing_half_done(
    argv: list[str], dataset: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = dataset.parent / "out"
    out.mkdir()
    (out / "captions.csv").write_text("id,caption\n17,She smiles.\n")
    before, there = contents(dataset), contents(out)
    reports = 0

    def interrupted(_bar: Bar, _done: int, _total: int, _note: str = "") -> None:
        nonlocal reports
        reports += 1
        raise KeyboardInterrupt

    monkeypatch.setattr(Bar, "report", interrupted)
    assert main([word.format(data=dataset, out=out) for word in argv]) == 130
    assert reports
    assert capsys.readouterr().err == "facewright: stopped\n"
    assert contents(out) == there
    assert contents(dataset) == before


def test_ctrl_c_while_the_words_are_read_is_130_too(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_argv: list[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.cli.parse", interrupted)
    assert main(["check", str(dataset)]) == 130
    assert capsys.readouterr().err == "facewright: stopped\n"
