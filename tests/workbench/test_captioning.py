"""Captions are written where they are missing, by labels and masks; what stays keeps every byte."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app import open_dataset
from app.__main__ import main
from app.faces.errors import InvalidEditError, SampleNotFoundError
from app.faces.sample import SampleId
from app.generation.grammar import load_grammar
from app.generation.planner import CaptionOptions
from app.generation.writing import tokens_of
from app.jobs import Cancelled
from app.workbench.captioning import (
    CaptionReport,
    CaptionRequest,
    LineChange,
    Which,
    generate_captions,
    suggest_captions,
)
from tests.formats.drawn import rgb, square
from tests.tiny_dataset import EVERYTHING, contents, write

HERE = "text/celeba-caption"


def generated(folder: Path, *, save: bool = True, dry_run: bool = False, ids: Any = None, **how: Any) -> CaptionReport:
    request = CaptionRequest(load_grammar(), **how)
    with open_dataset(folder) as dataset:
        return generate_captions(dataset.document, request, ids=ids, dry_run=dry_run, save=save)


def texts(folder: Path, sample: str) -> list[str]:
    return (folder / HERE / f"{sample}.txt").read_bytes().decode().split("\n")


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """0 and 17 have captions, 2001 has none."""
    return write(tmp_path / "faces", EVERYTHING)


def test_only_what_is_missing_is_written(dataset: Path) -> None:
    report = generated(dataset)
    assert (list(report.written), report.unchanged, report.lines, report.skipped) == (["2001"], 2, 10, {})
    assert [change.index for change in report.written[SampleId("2001")]] == list(range(10))
    now = contents(dataset)
    assert set(now) - set(EVERYTHING) == {f"{HERE}/2001.txt"}
    assert {path: data for path, data in now.items() if path in EVERYTHING} == EVERYTHING
    assert len({tokens_of(text) for text in texts(dataset, "2001")}) == 10
    assert not now[f"{HERE}/2001.txt"].endswith(b"\n")
    assert generated(dataset).written == {}


def test_a_dry_run_tells_the_very_captions_and_writes_nothing(dataset: Path) -> None:
    told = generated(dataset, dry_run=True)
    assert contents(dataset) == EVERYTHING
    assert not (dataset / ".facewright").exists()
    assert generated(dataset).written == told.written
    assert texts(dataset, "2001") == [change.after for change in told.written[SampleId("2001")]]


def test_all_replaces_what_is_there_and_the_seed_changes_it(dataset: Path) -> None:
    report = generated(dataset, which=Which.ALL, ids=[SampleId("17")])
    first = texts(dataset, "17")
    assert report.written[SampleId("17")][2] == LineChange(2, "She has feature 2. ", first[2])
    assert contents(dataset)[f"{HERE}/0.txt"] == EVERYTHING[f"{HERE}/0.txt"]
    assert generated(dataset, which=Which.ALL, ids=[SampleId("17")]).written == {}
    assert generated(dataset, which=Which.ALL, ids=[SampleId("17")], seed=1).lines == 10


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (b"One. \r\n\r\n\xe2\x80\xa9Three.\r\n  ", [0, 2]),
        (b"\xef\xbb\xbfOne.\nTwo.", [0, 1]),
        (b"\n\n\n", []),
        (b"One.\n" + b"x\n" * 8, range(9)),
    ],
    ids=["CRLF and blanks", "BOM, no last newline", "blank lines", "nine lines"],
)
def test_lines_that_are_there_keep_their_bytes_and_the_file_its_ends(before: bytes, kept: Any, dataset: Path) -> None:
    path = dataset / HERE / "17.txt"
    path.write_bytes(before)
    generated(dataset)
    lines, after = before.split(b"\n"), path.read_bytes().split(b"\n")
    assert len([line for line in after if line.strip()]) == 10
    assert [after[at].removesuffix(b"\r") for at in kept] == [lines[at].removesuffix(b"\r") for at in kept]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == before.startswith(b"\xef\xbb\xbf")
    assert path.read_bytes().endswith(b"\n") == before.endswith(b"\n")
    assert {line.endswith(b"\r") for line in after[:-1]} == {b"\r" in before}
    assert generated(dataset).written == {}


def test_all_makes_eleven_lines_ten_and_missing_leaves_them(dataset: Path) -> None:
    path = dataset / HERE / "17.txt"
    path.write_bytes(b"a\n" * 11)
    assert generated(dataset, ids=[SampleId("17")]).unchanged == 1
    report = generated(dataset, ids=[SampleId("17")], which=Which.ALL)
    assert report.written[SampleId("17")][-1] == LineChange(10, "a", None)
    assert path.read_bytes().count(b"\n") == 10


def test_what_is_written_differs_from_lines_beyond_the_tenth_too(dataset: Path) -> None:
    file = dataset / HERE / "17.txt"
    generated(dataset, which=Which.ALL)
    ten = texts(dataset, "17")[:10]
    file.write_text("\n".join(["", *ten[1:], ten[0]]))
    generated(dataset)
    now = texts(dataset, "17")
    assert (now[1:10], now[10]) == (ten[1:], ten[0])
    assert len({tokens_of(text) for text in now}) == 11


def test_a_file_of_nothing_but_a_mark_keeps_it(dataset: Path) -> None:
    file = dataset / HERE / "17.txt"
    file.write_bytes(b"\xef\xbb\xbf")
    generated(dataset)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(texts(dataset, "17")) == 10


def test_what_cannot_be_written_is_named_and_the_rest_goes_on(dataset: Path) -> None:
    (dataset / HERE / "0.txt").write_bytes(b"caf\0e")
    table = dataset / "CelebAMask-HQ-attribute-anno.txt"
    table.write_bytes(re.sub(rb"\n17\.jpg.*", b"", table.read_bytes()))
    report = generated(dataset, which=Which.ALL)
    assert list(report.written) == ["2001"]
    assert "it holds NUL bytes" in report.skipped[SampleId("0")]
    assert report.skipped[SampleId("17")] == "it has no attributes to write captions from"
    assert (dataset / HERE / "0.txt").read_bytes() == b"caf\0e"


def test_masks_decide_what_is_worn(dataset: Path) -> None:
    """At 32 × 32 a pixel counts 256: three of glasses are enough for their rule, one of a hat is too few for its."""
    folder = dataset / "CelebAMask-HQ-mask-anno/1"
    (folder / "02001_hat.png").write_bytes(rgb(square(0, 0, 1)))
    (folder / "02001_eye_g.png").write_bytes(rgb(square(0, 0, 2)))
    with open_dataset(dataset) as opened:
        attributes = opened["2001"].attributes
        for name, value in (("Eyeglasses", False), ("Wearing_Hat", True), ("Wearing_Earrings", True)):
            attributes[name] = value
        opened.save()
    report = generated(dataset)
    assert list(map(str, report.verdicts[SampleId("2001")])) == [
        "Eyeglasses: the attribute says no, the mask shows eyeglasses",
        "Wearing earrings: the attribute says yes, the mask shows no earrings",
    ] + (
        ["Wearing necklace: the attribute says yes, the mask shows no necklace"]
        if attributes_of(dataset)["Wearing_Necklace"]
        else []
    )
    said = " ".join(texts(dataset, "2001"))
    assert "glasses" in said
    assert " hat" in said
    assert "earrings" not in said
    by_label = generated(dataset, which=Which.ALL, masks=False, ids=[SampleId("2001")], dry_run=True)
    words = " ".join(change.after or "" for change in by_label.written[SampleId("2001")])
    assert "glasses" not in words
    assert "earrings" in words


def attributes_of(folder: Path) -> dict[str, bool | None]:
    with open_dataset(folder) as opened:
        return dict(opened["2001"].attributes)


def test_labels_that_contradict_each_other_are_reported(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        for name in ("Male", "Bald", "Bangs"):
            opened["2001"].attributes[name] = True
        opened.save()
    assert "Bald with Bangs" in generated(dataset, dry_run=True).conflicts[SampleId("2001")]


def test_all_of_them_are_one_step_that_is_undone(dataset: Path) -> None:
    request = CaptionRequest(load_grammar(), which=Which.ALL, options=CaptionOptions(judgements=False))
    with open_dataset(dataset) as opened:
        before = list(opened["17"].captions)
        generate_captions(opened.document, request, save=False)
        assert opened.document.undo_label(SampleId("17")) == "Generate captions"
        assert set(opened.unsaved) == {"0", "17", "2001"}
        after = list(opened["17"].captions)
        opened.undo("17")
        assert list(opened["17"].captions) == before
        opened.redo("17")
        assert list(opened["17"].captions) == after
        opened.undo("17")
        assert opened.unsaved == ()


def test_unsaved_edits_count(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        opened["17"].captions[3] = ""
        told = generate_captions(opened.document, CaptionRequest(load_grammar()), ids=[SampleId("17")], dry_run=True)
        assert [change.index for change in told.written[SampleId("17")]] == [3]
        opened.undo("17")


def test_a_line_is_suggested_anew_from_labels_and_mask(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        sample = opened["17"]
        for name, value in (("Male", False), ("Blond_Hair", False), ("Gray_Hair", True), ("Wearing_Hat", True)):
            sample.attributes[name] = value
        sample.captions[0] = "She has blond hair and wears a hat."
        suggested = suggest_captions(opened.document, sample.id, 0)
        assert suggested[0] == "She has gray hair."
        assert all("blond" not in text and "hat" not in text.split() for text in suggested)
        by_label = suggest_captions(opened.document, sample.id, 0, masks=False)
        assert by_label[0] == "She has gray hair and wears a hat."
        assert sample.captions[0] == "She has blond hair and wears a hat."
        with pytest.raises(InvalidEditError, match="there is no caption 11; the file has 10"):
            suggest_captions(opened.document, sample.id, 10)
        while opened.unsaved:
            opened.undo("17")


def test_a_cancelled_run_has_saved_what_it_wrote(dataset: Path) -> None:
    class Impatient:
        def report(self, done: int, total: int, note: str = "") -> None:
            if done == 1:
                raise Cancelled

    with open_dataset(dataset) as opened, pytest.raises(Cancelled):
        generate_captions(opened.document, CaptionRequest(load_grammar(), which=Which.ALL), progress=Impatient())
    now = contents(dataset)
    assert {path for path in EVERYTHING if now[path] != EVERYTHING[path]} == {f"{HERE}/0.txt"}


def test_the_command_line_prints_the_lines_and_then_writes_them(
    dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["captions", str(dataset), "generate", "--quiet"]
    assert main([*argv, "--dry-run"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "sample 2001"
    assert told[1].startswith("+  1 ")
    assert told[-1] == "10 captions of 1 sample would be written, 2 had all of theirs"
    assert main([*argv, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    keys = "dry_run written lines unchanged conflicts masks short skipped".split()
    assert list(document) == keys
    assert (document["lines"], document["unchanged"], document["skipped"]) == (10, 2, [])
    lines = document["written"][0]["lines"]
    assert [line["after"] for line in lines] == texts(dataset, "2001") == [line[5:] for line in told[1:11]]
    assert (lines[0]["number"], lines[0]["before"]) == (1, None)


def test_options_reach_the_captions(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["captions", str(dataset), "generate", "--all", "--dry-run", "--ids", "17", "--json"]
    said = {}
    for name, more in {
        "clean": [], "released": ["--wording", "released"], "denied": ["--negatives", "1"], "seed": ["--seed", "4"],
    }.items():  # fmt: skip
        assert main([*argv, *more]) == 0
        document = json.loads(capsys.readouterr().out)
        said[name] = [line["after"] for line in document["written"][0]["lines"]]
    assert len({tuple(lines) for lines in said.values()}) == 4
    assert any(" not " in line for line in said["denied"])


def test_the_printed_grammar_works_and_a_broken_one_names_its_line(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["grammar"]) == 0
    text = capsys.readouterr().out
    own = tmp_path / "mine.txt"
    own.write_text(text.replace("a goatee", "a small goatee"), encoding="utf-8")
    assert main(["grammar", "--grammar", str(own)]) == 0
    assert "mine.txt works: 7" in capsys.readouterr().out
    own.write_text(text.replace("has        a goatee", "had        a goatee"), encoding="utf-8")
    line = text[: text.index("a goatee")].count("\n") + 1
    for argv in (["grammar"], ["captions", str(dataset), "generate"]):
        assert main([*argv, "--grammar", str(own)]) == 3
        assert f"mine.txt, line {line}: there is no slot 'had'; did you mean has?" in capsys.readouterr().err
    assert contents(dataset) == EVERYTHING


def test_python_writes_them_as_unsaved_edits(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        report = opened.generate_captions(ids=[2001], negatives=0.5, wording="released")
        assert list(report.written) == ["2001"]
        assert list(opened.unsaved) == ["2001"]
        assert len(opened["2001"].captions) == 10
        opened.undo(2001)
        with pytest.raises(SampleNotFoundError):
            opened.generate_captions(ids=["4711"])
    assert contents(dataset) == EVERYTHING
