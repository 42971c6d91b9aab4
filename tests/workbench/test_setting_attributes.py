"""Attributes of a selection are set in the table and nowhere else; undo takes back whatever was done last."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import open_dataset
from app.__main__ import main
from app.document import saving
from app.document.edits import EditCaption
from app.document.journal import Record, write_record
from app.faces.errors import InvalidEditError
from app.faces.sample import SampleId
from app.faces.store import RowStore
from app.workbench.bulk import newest_edited, turn
from app.workbench.saving import save_samples
from app.workbench.setting_attributes import plan_attributes, set_attributes, wanted_attributes
from tests.tiny_dataset import EVERYTHING, contents, write

TABLE = "CelebAMask-HQ-attribute-anno.txt"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write(tmp_path / "faces", EVERYTHING)


def values(folder: Path, name: str) -> dict[str, bool | None]:
    with open_dataset(folder) as opened:
        return {sample.id: sample.attributes[name] for sample in opened}


def test_words_name_attributes_and_values() -> None:
    wanted = wanted_attributes(["smiling=Yes", "5 o clock shadow = no", "Male=unknown", "Smiling=1"])
    assert wanted == (("Smiling", True), ("5_o_Clock_Shadow", False), ("Male", None))
    for words, message in (
        (["Smilling=yes"], "did you mean Smiling"),
        (["Smiling=maybe"], "say Smiling=yes, =no or =unknown"),
        (["Smiling"], "does not say what Smiling is to be"),
        (["Smiling=yes", "smiling=no"], "Smiling is said to be two things"),
        ([], "nothing to set"),
    ):
        with pytest.raises(InvalidEditError, match=message):
            wanted_attributes(words)


def test_words_that_name_no_attribute_are_wrong_usage(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attributes", str(dataset), "Smilling=yes", "--quiet"]) == 2
    assert capsys.readouterr().err == "facewright: there is no attribute 'Smilling'; did you mean Smiling?\n"


def test_only_what_differs_is_written_and_only_in_the_table(dataset: Path) -> None:
    before = values(dataset, "Smiling")
    with open_dataset(dataset) as opened:
        plan = plan_attributes(opened.document, (("Smiling", True),))
        assert set(plan.changes) == {sample for sample, value in before.items() if value is not True}
        assert set(plan.changes) | set(plan.unchanged) == set(before)
        report = set_attributes(opened.document, plan)
        assert (report.changed, report.skipped) == (list(plan.changes), {})
    assert set(values(dataset, "Smiling").values()) == {True}
    now = contents(dataset)
    old, new = EVERYTHING[TABLE].split(b"\n"), now.pop(TABLE).split(b"\n")
    assert sum(one != other for one, other in zip(old, new, strict=True)) == len(plan.changes)
    assert now == {path: data for path, data in EVERYTHING.items() if path != TABLE}


def test_rows_of_many_samples_are_written_in_one_save(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Record] = []

    def write(folder: Path, name: str, record: Record) -> Path:
        written.append(record)
        return write_record(folder, name, record)

    monkeypatch.setattr(saving, "write_record", write)
    with open_dataset(dataset) as opened:
        document = opened.document
        report = set_attributes(document, plan_attributes(document, (("Young", False), ("Smiling", False))))
        assert len(report.changed) == 3
        assert [[sample for sample, _, _ in record.steps] for record in written] == [["0", "17", "2001"]]
        assert document.edited() == {"0", "17", "2001"}
        assert turn(document, SampleId("17")).changed == ["17", "0", "2001"]
        assert len(written) == 2
        assert contents(dataset) == EVERYTHING
        assert turn(document, SampleId("2001"), "redo").changed == ["2001", "0", "17"]
    with open_dataset(dataset) as opened:
        assert opened.document.recovered() == ()
        assert opened.document.undo_label(SampleId("2001")) == "Set Young to no and Smiling to no"


def test_a_row_that_somebody_else_changed_keeps_its_own_sample_from_being_saved(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        document = opened.document
        set_attributes(document, plan_attributes(document, (("Young", False),)), save=False)
        table = EVERYTHING[TABLE]
        row = next(line for line in table.split(b"\n") if line.startswith(b"17.jpg"))
        theirs = table.replace(row, row[::-1].replace(b"1-", b"1 ", 1)[::-1])
        assert theirs != table
        (dataset / TABLE).write_bytes(theirs)
        failed = save_samples(document, document.unsaved())
        assert list(failed) == ["17"]
        assert "was changed by someone else" in failed[SampleId("17")]
        assert document.unsaved() == ("17",)
    now = dict(zip(theirs.split(b"\n"), (dataset / TABLE).read_bytes().split(b"\n"), strict=True))
    assert sorted(row.split(b".")[0] for row, new in now.items() if row != new) == [b"0", b"2001"]


def test_an_interrupted_save_of_many_rows_is_finished_for_all_of_them(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        document = opened.document
        set_attributes(document, plan_attributes(document, (("Young", False),)), save=False)
        document.wait()
        histories = {sample: document._open[sample].history for sample in document.unsaved()}
        store = document.store
        assert isinstance(store, RowStore)
        rows = {sample: (store.read_attributes(sample).value, document.attributes(sample)) for sample in histories}
        plan = store.plan_rows(rows)  # type: ignore[arg-type]
        first, *others = [(sample, kept.root.id, kept.head.id) for sample, kept in histories.items() if kept]
        write_record(document.work.journal, "1", Record(*first, plan.changes, tuple(others)))
    with open_dataset(dataset) as opened:
        assert opened.document.recovered() == ()
        assert opened.unsaved == ()
        assert set(values(dataset, "Young").values()) == {False}


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_a_table_without_zeros_cannot_hold_unknown_and_says_so_before_anything_is_logged(
    dataset: Path, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["attributes", str(dataset), "Smiling=unknown", "Male=yes", "--quiet", *more]) == 3
    why = "the attribute table holds yes and no only: Smiling cannot be saved as unknown"
    assert why in capsys.readouterr().err
    assert not (dataset / ".facewright").exists()
    assert contents(dataset) == EVERYTHING


def test_what_cannot_be_saved_without_a_window_is_taken_back_and_said(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(saving.disk, "free_bytes", lambda _place: 0)
    commands = (
        ["attributes", str(dataset), "Young=no"],
        ["captions", str(dataset), "replace", "--find", "e", "--by", "oo", "--how", "plain"],
        ["captions", str(dataset), "generate", "--all"],
        ["sketch", str(dataset), "--all", "--workers", "1"],
    )
    for command in commands:
        assert main([*command, "--json"]) == 1
        told = capsys.readouterr()
        skipped = json.loads(told.out)["skipped"]
        assert skipped
        assert all("has 0 bytes left, saving needs" in each["why"] for each in skipped)
        assert all("edits are kept" not in each["why"] for each in skipped)
    with open_dataset(dataset) as opened:
        assert opened.document.recovered() == ()
    monkeypatch.undo()
    assert main(["undo", str(dataset), "--quiet"]) == 0
    assert capsys.readouterr().out == "there is nothing to take back\n"
    assert contents(dataset) == EVERYTHING
    assert main([*commands[0], "--quiet"]) == 0
    assert main(["undo", str(dataset), "--quiet"]) == 0
    assert contents(dataset) == EVERYTHING


def test_the_commands_set_and_take_back(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["attributes", str(dataset), "Young=no", "Male=yes", "--ids", "0,17"]
    assert main([*command, "--dry-run", "--quiet"]) == 0
    assert "attributes of 2 samples would be set" in capsys.readouterr().out
    assert contents(dataset) == EVERYTHING
    assert main([*command, "--json", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] == ["0", "17"]
    assert contents(dataset)[TABLE] != EVERYTHING[TABLE]
    assert main(["undo", str(dataset), "--json", "--quiet"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"label": "Set Young to no and Male to yes", "changed": ["17", "0"], "skipped": []}
    assert contents(dataset) == EVERYTHING
    assert main(["undo", str(dataset), "--quiet"]) == 0
    assert capsys.readouterr().out == "there is nothing to take back\n"


def test_the_newest_edit_is_found_and_what_was_edited_since_is_left(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        document = opened.document
        set_attributes(document, plan_attributes(document, (("Young", False), ("Smiling", False)), ids=None))
        document.do(EditCaption(SampleId("17"), 0, "Typed."))
        opened.save()
    with open_dataset(dataset) as opened:
        document = opened.document
        assert newest_edited(document) == "17"
        assert turn(document, SampleId("17")).changed == ["17"]
        document.do(EditCaption(SampleId("17"), 0, "Typed again."))
        opened.save()
        report = turn(document, SampleId("0"))
        assert "0" in report.changed
        assert report.skipped == {"17": "sample 17 was edited since; it is left as it is"}
