"""Captions from elsewhere find their samples, and whatever does not fit is told."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from app import open_dataset
from app.__main__ import main
from app.faces.errors import DamagedFileError, FaceDataError, LayoutError
from app.faces.sample import SampleId
from app.formats.caption_sources import read_caption_source
from app.workbench.importing_captions import ImportPlan, Mode, carry_out_import, plan_import
from tests.tiny_dataset import EVERYTHING, contents, write

HERE = "text/celeba-caption"
COCO = {
    "images": [{"id": 5, "file_name": "image/00017.jpg"}, {"id": 6, "file_name": "2001.jpg"}],
    "annotations": [
        {"id": 1, "image_id": 5, "caption": "One."},
        {"id": 2, "image_id": 6, "caption": "Other."},
        {"id": 3, "image_id": 5, "caption": "Two."},
        {"id": 4, "image_id": 9, "caption": "Nobody."},
        {"id": 5, "image_id": 5, "segmentation": []},
    ],
}
EXPECTED = {"17": ["One.", "Two."], "2001": ["Other."]}


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.csv", "image,caption\n17.jpg,One.\nfaces/2001.jpg,Other.\n00017.png,Two.\n", "table"),
        ("a.csv", 'id;caption_1;caption_2\r\n17;"One.";Two.\r\n2001;Other.;\r\n', "table"),
        ("a.csv", 'file_name,captions\n17.jpg,"[""One."", ""Two.""]"\n2001.jpg,Other.\n', "table"),
        ("a.tsv", "\ufeffcaption\timage_id\nOne.\t17\nOther.\t2001\nTwo.\t17\n", "table"),
        ("a.jsonl", ('{"file_name": "17.jpg", "text": "One."}\n\n{"file_name": "2001.jpg", "text": "Other."}\n'
         '{"file_name": "17.jpg", "text": "Two."}\n'), "JSONL"),
        ("a.jsonl", '{"id": 17, "captions": ["One.", "Two."]}\n{"id": "2001", "captions": ["Other."]}', "JSONL"),
        ("a.json", '[{"image": "17.jpg", "caption": ["One.", "Two."]}, {"image": "2001.jpg", "caption": "Other."}]',
         "JSON list"),
        ("a.json", json.dumps(COCO), "COCO"),
        ("a.json", '{"17.jpg": ["One.", "Two."], "2001.jpg": "Other."}', "captions by photo"),
        ("a.json", ('{"17.jpg": {"attribute_wise_captions": {"Bangs": "x"}, "overall_caption": "One.",'
         ' "other_captions": ["Two."]}, "2001.jpg": {"overall_caption": "Other."}}'), "captions by photo"),
        ("a.json", '{"17.jpg": {"Bangs": "One.", "Young": "Two."}, "2001.jpg": {"Bangs": "Other."}}',
         "captions by photo"),
        ("a.txt", "17.jpg : One.\n2001.jpg : Other.\n17.jpg : Two.\n", "text table"),
        ("a.txt", "000017.jpg\tOne.|Two.\n2001.jpg\tOther.\n", "text table"),
    ],
)  # fmt: skip
def test_every_kind_of_file_is_taken_apart_by_sample(tmp_path: Path, name: str, text: str, kind: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    source = read_caption_source(tmp_path / name)
    assert (source.kind, source.captions, source.repeated) == (kind, EXPECTED, [])


def test_a_folder_of_text_files_is_one_too(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"17.txt": b"\xef\xbb\xbfOne. \r\n\r\nTwo.", "02001.txt": b"Other.\n", "x.txt": b"\xff\xfea", "y": b""},
    )
    source = read_caption_source(tmp_path)
    assert source.captions == EXPECTED
    assert source.problems == ["x.txt: it is UTF-16; convert it to UTF-8 first"]


def test_a_quote_that_is_never_closed_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,caption\r\n0,"Two\r\nlines."\r\n17,"One.\r\n2001,Other.\r\n')
    source = read_caption_source(tmp_path / "a.csv")
    assert source.captions == {"0": ["Two lines."]}
    assert source.problems == ["line 4: a quote is not closed; lines 4 and 5 are left out"]
    (tmp_path / "a.csv").write_text('id,caption\n0,"One.\n17,"Other."\n\n2001,Third.\n , \n3,\n')
    source = read_caption_source(tmp_path / "a.csv")
    assert source.captions == {"2001": ["Third."], "3": []}
    assert source.problems == [
        "line 2: a quote is not closed; lines 2 and 3 are left out",
        "line 7 has no caption",
        "2 rows are empty: lines 4, 6",
    ]
    (tmp_path / "a.csv").write_text('id,caption,n\n17,"Two\nlines.",5')
    assert read_caption_source(tmp_path / "a.csv").problems == []


def test_a_file_of_a_mark_alone_keeps_it(dataset: Path, tmp_path: Path) -> None:
    file = dataset / "text/celeba-caption/17.txt"
    file.write_bytes(b"\xef\xbb\xbf")
    (tmp_path / "a.json").write_text('{"17": ["One.", "Two."]}')
    with open_dataset(dataset) as opened:
        carry_out_import(opened.document, plan_import(opened.document, read_caption_source(tmp_path / "a.json"), "a"))
    assert file.read_bytes() == b"\xef\xbb\xbfOne.\nTwo."


def test_a_table_of_utf16_as_spreadsheets_write_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_bytes("id\tcaption\r\n17\tCafé.\r\n".encode("utf-16"))
    assert read_caption_source(tmp_path / "a.tsv").captions == {"17": ["Café."]}
    (tmp_path / "a.tsv").write_bytes("id\tcaption\r\n17\tCafé.\r\n".encode("utf-16")[:-1])
    with pytest.raises(DamagedFileError, match="is UTF-16 and damaged or cut short"):
        read_caption_source(tmp_path / "a.tsv")


def test_captions_typed_after_the_file_was_looked_at_are_not_replaced(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"17": ["One."], "2001": ["Other."]}')
    source = read_caption_source(tmp_path / "a.json")
    with open_dataset(dataset) as opened:
        plan = plan_import(opened.document, source, "a.json", mode=Mode.REPLACE)
        opened["17"].captions[0] = "Typed."
        report = carry_out_import(opened.document, plan)
        assert report.changed == ["2001"]
        assert report.skipped == {"17": "its captions were changed since; look at the file again"}
        assert opened["17"].captions[0] == "Typed."


def test_columns_can_be_told_and_breaks_within_a_caption_are_blanks(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('who,says\n17,"One\nline."\n,"nobody"\n')
    with pytest.raises(
        LayoutError, match="no column for the sample that is known; say which of these it is: who, says"
    ):
        read_caption_source(tmp_path / "a.csv")
    source = read_caption_source(tmp_path / "a.csv", id_column="Who", caption_column="says")
    assert source.captions == {"17": ["One line."]}
    assert source.problems == ["line 4 names no sample"]


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.csv", b"<!DOCTYPE html><html>", DamagedFileError),
        ("a.csv", b"id,caption\n1,\xff\n", DamagedFileError),
        ("a.json", b"{", DamagedFileError),
        ("a.json", b"[" * 100_000, DamagedFileError),
        ("a.json", b"3", LayoutError),
        ("a.json", b'{"images": 3, "annotations": []}', LayoutError),
        ("a.jsonl", b'{"a": 1}', LayoutError),
        ("a.txt", b"nothing", DamagedFileError),
        ("a.xml", b"<a/>", LayoutError),
    ],
)
def test_files_that_are_none_are_refused_in_words(
    tmp_path: Path, name: str, data: bytes, error: type[FaceDataError]
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(error):
        read_caption_source(tmp_path / name)
    with pytest.raises(LayoutError, match="is not there"):
        read_caption_source(tmp_path / f"no{name}")


def test_a_row_of_another_kind_is_passed_over_and_named(tmp_path: Path) -> None:
    file = tmp_path / "captions.jsonl"
    file.write_text('{"licence": "none"}\n{"image": "17.jpg", "caption": "A man."}\n{"image": "0.jpg"}\n')
    source = read_caption_source(file)
    assert source.captions == {"17": ["A man."]}
    assert [problem.split(" has ")[0] for problem in source.problems] == ["line 1", "line 3"]
    file.write_text('{"licence": "none"}\n')
    with pytest.raises(LayoutError, match="no column for the sample"):
        read_caption_source(file)


def test_very_many_samples_that_come_twice_take_no_time(tmp_path: Path) -> None:
    file = tmp_path / "captions.json"
    file.write_text(json.dumps([{"image": f"{number % 40_000}.jpg", "captions": ["a"]} for number in range(80_000)]))
    begun = time.monotonic()
    assert len(read_caption_source(file).repeated) == 40_000
    assert time.monotonic() - begun < 10


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """0 and 17 have two captions, 2001 none."""
    return write(tmp_path / "faces", {**EVERYTHING, f"{HERE}/17.txt": b"Here. \r\nThere.\r\n"})


def planned(dataset: Path, file: dict[str, Any], mode: Mode, *, do: bool = True, **how: Any) -> ImportPlan:
    path = dataset.parent / "new.json"
    path.write_text(json.dumps(file))
    with open_dataset(dataset) as opened:
        plan = plan_import(opened.document, read_caption_source(path), path.name, mode=mode, **how)
        if do:
            report = carry_out_import(opened.document, plan)
            assert (report.changed, report.skipped) == (list(plan.captions), {})
    return plan


def test_only_what_is_missing_is_filled_and_the_rest_is_told(dataset: Path) -> None:
    plan = planned(dataset, {"2001.jpg": ["A.", "A.", "B."], "17": "New.", "3.jpg": "x", "17.png": "y"}, Mode.MISSING)
    assert {sample: said.texts for sample, said in plan.captions.items()} == {"2001": ("A.", "B.")}
    assert (plan.kept, plan.unmatched, plan.absent, plan.repeated) == (["17"], ["3"], ["0"], ["17"])
    assert (plan.duplicates, plan.too_many, plan.too_few, plan.is_clean) == ({"2001": 1}, {}, ["2001"], False)
    now = contents(dataset)
    assert now.pop(f"{HERE}/2001.txt") == b"A.\nB."
    assert now == {**EVERYTHING, f"{HERE}/17.txt": b"Here. \r\nThere.\r\n"}


def test_appended_captions_come_behind_and_end_like_their_neighbours(dataset: Path) -> None:
    plan = planned(dataset, {"17": ["There.", *"abcdefghijk"]}, Mode.APPEND)
    assert (plan.duplicates, plan.too_many, plan.too_few) == ({"17": 1}, {"17": 3}, [])
    assert contents(dataset)[f"{HERE}/17.txt"] == b"Here. \r\nThere.\r\n" + b"".join(b"%c\r\n" % c for c in b"abcdefgh")


def test_replaced_captions_keep_lines_that_say_the_same_and_can_be_taken_back(dataset: Path) -> None:
    before = contents(dataset)
    planned(dataset, {"17": ["Here.", "New."], "2001": "Else."}, Mode.REPLACE)
    assert contents(dataset)[f"{HERE}/17.txt"] == b"Here. \r\nNew.\r\n"
    assert planned(dataset, {"17": ["Here.", "New."]}, Mode.REPLACE, do=False).unchanged == ["17"]
    with open_dataset(dataset) as opened:
        assert opened.document.undo_label(SampleId("17")) == "Import captions of new.json"
        assert set(opened.document.undo_scope(SampleId("17"))) == {"17", "2001"}
        opened.undo("17")
        opened.save()
    now = contents(dataset)
    assert now.pop(f"{HERE}/2001.txt", b"") == b""
    assert now == before


def test_the_command_tells_first_and_then_does_it(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = dataset.parent / "new.csv"
    file.write_text("id,caption\n2001,A.\n3,B.\n")
    command = ["captions", str(dataset), "import", str(file)]
    before = contents(dataset)
    assert main([*command, "--dry-run"]) == 1
    told = capsys.readouterr()
    assert told.out == "sample 2001\n   1 A.\ncaptions of 1 sample would be imported\n"
    assert "1 sample in the file and not in the dataset: 3" in told.err
    assert contents(dataset) == before
    assert main([*command, "--json", "--quiet"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["changed"], answer["unmatched"], answer["absent"]) == (["2001"], ["3"], 2)
    assert contents(dataset)[f"{HERE}/2001.txt"] == b"A."


def test_python_has_the_same_verbs(dataset: Path) -> None:
    before = contents(dataset)
    file = dataset.parent / "new.jsonl"
    file.write_text('{"id": 2001, "caption": "She is new."}')
    with open_dataset(dataset) as opened:
        assert opened.import_captions(file).is_clean
        assert opened.replace_in_captions("she", "he", how="grammar", ids=[2001]).changed == ["2001"]
        assert list(opened["2001"].captions) == ["He is new."]
        assert opened.set_attributes({"Smiling": True, "Young": False}, ids=["17"]).changed == ["17"]
        assert set(opened.unsaved) == {"17", "2001"}
        for sample in ("2001", "2001", "17"):
            opened.undo(sample)
        opened.save()
    assert contents(dataset) == before
