"""Attributes of a selection are set in the table and nowhere else; undo takes back whatever was done last."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import open_dataset
from app.__main__ import main
from app.document.edits import EditCaption
from app.faces.errors import InvalidEditError
from app.faces.sample import SampleId
from app.workbench.bulk import newest_edited, take_back
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
    wanted = wanted_attributes(["smiling=Yes", "5 o clock shadow = no", "Male=unknown", "Smiling=no"])
    assert wanted == (("Smiling", False), ("5_o_Clock_Shadow", False), ("Male", None))
    for words, message in (
        (["Smilling=yes"], "did you mean Smiling"),
        (["Smiling=maybe"], "say Smiling=yes, =no or =unknown"),
        (["Smiling"], "does not say what Smiling is to be"),
        ([], "nothing to set"),
    ):
        with pytest.raises(InvalidEditError, match=message):
            wanted_attributes(words)


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


def test_a_table_without_zeros_cannot_hold_unknown_and_every_sample_says_so(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        report = set_attributes(opened.document, plan_attributes(opened.document, (("Smiling", None),)))
        assert report.changed == []
        assert len(report.skipped) == 3
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
        assert take_back(document, SampleId("17")).changed == ["17"]
        document.do(EditCaption(SampleId("17"), 0, "Typed again."))
        opened.save()
        report = take_back(document, SampleId("0"))
        assert "0" in report.changed
        assert report.skipped == {"17": "sample 17 was edited since; it is left as it is"}
