"""Find and replace over a selection: the list is what happens, one undo takes it back, other bytes stay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import open_dataset
from app.__main__ import main
from app.document.edits import EditCaption
from app.faces.errors import InvalidEditError, SaveError
from app.faces.sample import SampleId
from app.generation.rewording import How, Replacement
from app.jobs import Cancelled
from app.workbench.replacing import LineDiff, preview_replacement, replace_lines
from tests.tiny_dataset import EVERYTHING, contents, write

HERE = "text/celeba-caption"
ODD = b"\xef\xbb\xbfShe smiles. \r\nA she, and she.\r\nNo one.\n\nthe sheep\t \r\nshe"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """0 has odd lines, 17 ten, 2001 none."""
    write(tmp_path / "faces", EVERYTHING)
    ten = b"\n".join(b"She is number %d." % n for n in range(9)) + b"\nHe is not.\n"
    return write(tmp_path / "faces", {f"{HERE}/0.txt": ODD, f"{HERE}/17.txt": ten})


def test_the_list_tells_lines_places_and_troubles_and_changes_nothing(dataset: Path) -> None:
    before = contents(dataset)
    with open_dataset(dataset) as opened:
        preview = preview_replacement(opened.document, Replacement("she", "he", How.WORD))
        assert [(line.sample, line.index, line.after) for line in preview.lines] == [
            ("0", 1, "A he, and he."),
            ("0", 5, "he"),
        ]
        assert preview.lines[0].spans == ((2, 5, 2, 4), (11, 14, 10, 12))
        assert (preview.looked_at, preview.samples, preview.skipped) == (2, ["0"], {})
        same = preview_replacement(opened.document, Replacement(r" \d", "", How.PATTERN), ids=[SampleId("17")])
        assert same.lines[0].trouble == "it would say the same as caption 2, 3, 4, 5, 6, 7, 8, 9"
        blank = preview_replacement(opened.document, Replacement("No one.", ""))
        assert blank.lines[0].trouble == "it would be blank: trainers drop it or read an empty caption"
        assert not opened.document.is_open(SampleId("0"))
    assert contents(dataset) == before
    assert not (dataset / ".facewright").exists()


def test_only_a_repeat_that_is_new_is_a_trouble(dataset: Path) -> None:
    def troubles() -> list[str | None]:
        preview = preview_replacement(opened.document, Replacement("She", "He", How.WORD), ids=[SampleId("17")])
        return [line.trouble for line in preview.lines if line.index in {0, 8}]

    with open_dataset(dataset) as opened:
        opened["17"].captions[8] = opened["17"].captions[0]
        assert troubles() == [None, None]
        opened["17"].captions[1] = "He is number 0."
        assert troubles() == ["it would say the same as caption 2"] * 2


def test_ticked_lines_change_and_no_other_byte_and_one_undo_takes_all_back(dataset: Path) -> None:
    before = contents(dataset)
    with open_dataset(dataset) as opened:
        document = opened.document
        replacement = Replacement("she", "he", How.GRAMMAR)
        preview = preview_replacement(document, replacement)
        ticked = [line for line in preview.lines if (line.sample, line.index) != ("0", 5)]
        assert len(ticked) == 11
        report = replace_lines(document, ticked, replacement.label)
        assert (report.changed, report.unchanged, report.skipped) == (["0", "17"], [], {})
        assert opened.unsaved == ()
        now = contents(dataset)
        assert now[f"{HERE}/0.txt"] == ODD.replace(b"She smiles", b"He smiles").replace(
            b"A she, and she", b"A he, and he"
        )
        assert now[f"{HERE}/17.txt"] == before[f"{HERE}/17.txt"].replace(b"She", b"He")
        assert document.undo_label(SampleId("0")) == "Replace “she” by “he”"
        assert set(document.undo_scope(SampleId("17"))) == {"0", "17"}
        document.undo(SampleId("17"))
        opened.save()
    assert contents(dataset) == before


def test_a_line_that_changed_meanwhile_is_left_alone_and_named(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        document = opened.document
        preview = preview_replacement(document, Replacement("she", "he", How.GRAMMAR))
        document.do(EditCaption(SampleId("17"), 0, "Typed meanwhile."))
        report = replace_lines(document, preview.lines, "Replace")
        assert report.changed == ["0"]
        assert report.skipped == {"17": "its caption 1 was changed since; look for it again"}
        assert opened["17"].captions[0] == "Typed meanwhile."
        gone = [LineDiff(SampleId("2001"), 0, "a", "b", ())]
        assert replace_lines(document, gone, "Replace").skipped == {
            "2001": "its captions are gone since; look for them again"
        }


def test_files_that_cannot_be_edited_are_named(dataset: Path) -> None:
    write(dataset, {f"{HERE}/2001.txt": "She smiles.\n".encode("utf-16")})
    with open_dataset(dataset) as opened:
        preview = preview_replacement(opened.document, Replacement("S", "s"))
        assert list(preview.skipped) == ["2001"]
        assert "UTF-16" in preview.skipped[SampleId("2001")]
        assert "2001" not in preview.samples


def test_a_pattern_without_end_names_the_line_it_did_not_come_back_from(dataset: Path) -> None:
    write(dataset, {f"{HERE}/17.txt": b"fine\n" + b"a" * 60 + b".\n"})
    with open_dataset(dataset) as opened, pytest.raises(InvalidEditError, match="caption 2 of sample 17: the pattern"):
        preview_replacement(opened.document, Replacement("(a|aa|a?)+[bc]", "x", How.PATTERN))


def test_what_was_done_before_it_was_cancelled_is_saved_and_taken_back_as_one(dataset: Path) -> None:
    class Impatient:
        def report(self, done: int, total: int, note: str = "") -> None:
            if done:
                raise Cancelled

    before = contents(dataset)
    with open_dataset(dataset) as opened:
        preview = preview_replacement(opened.document, Replacement("she", "he", How.GRAMMAR))
        with pytest.raises(Cancelled):
            replace_lines(opened.document, preview.lines, "Replace", progress=Impatient())
        assert opened.unsaved == ()
        assert opened["0"].captions[0] == "He smiles. "
        assert opened["17"].captions[0] == "She is number 0."
        opened.undo("0")
        opened.save()
    assert contents(dataset) == before


def test_what_could_not_be_taken_back_is_stopped_and_said(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with open_dataset(dataset) as opened:
        document = opened.document
        found = preview_replacement(document, Replacement("e", "i"))
        monkeypatch.setattr("app.document.edit_log.EditLog.transaction", full)
        with pytest.raises(SaveError, match=r"this was stopped after \d samples.*facewright restore"):
            replace_lines(document, found.lines, "Replace")
        monkeypatch.undo()


def test_the_command_prints_the_diff_and_then_does_it(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["captions", str(dataset), "replace", "--find", "one", "--by", "body"]
    assert main([*command, "--dry-run", "--quiet"]) == 0
    assert capsys.readouterr().out == (
        "sample 0\n-  3 No one.\n+  3 No body.\n1 caption of 1 sample would be changed\n"
    )
    assert contents(dataset)[f"{HERE}/0.txt"] == ODD
    assert main([*command, "--json", "--quiet"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["dry_run", "looked_at", "lines", "changed", "skipped"]
    line = {"sample": "0", "number": 3, "before": "No one.", "after": "No body.", "trouble": None}
    assert (told["lines"], told["changed"]) == ([line], ["0"])
    assert contents(dataset)[f"{HERE}/0.txt"] == ODD.replace(b"No one", b"No body")
    assert main([*command, "--how", "pattern", "--find", "(", "--quiet"]) == 2
    assert "cannot be understood" in capsys.readouterr().err
