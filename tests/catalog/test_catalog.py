"""The catalog as a list: names first, the rest as it is read, the same for everybody who has it open."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.catalog import captions
from app.catalog.catalog import Catalog
from app.catalog.contents import Contents, contents_of
from app.catalog.names import NamesChange
from app.catalog.places import CatalogPlaces
from app.catalog.tables import TableRow, Tables
from app.faces.attributes import Attributes
from app.faces.mask import MaskLayers
from app.faces.review import Review, ReviewState
from app.faces.sample import Modality, Pose, SampleId
from tests.catalog.faces_store import Face, store_of


def ids(*names: str) -> tuple[SampleId, ...]:
    return tuple(map(SampleId, names))


@pytest.fixture
def places(tmp_path: Path) -> CatalogPlaces:
    return CatalogPlaces(tmp_path)


def contents_with(bit: int, side: int = 8) -> Contents:
    return contents_of(MaskLayers(np.full((side, side), bit, np.uint32)))


def test_names_are_there_at_once_and_after_reopening(places: CatalogPlaces) -> None:
    faces = {
        "2": Face(split="train"),
        "10": Face(frozenset({Modality.PHOTO, Modality.MASK}), classes=None, split="test"),
        "x": Face(frozenset({Modality.PHOTO})),
    }
    with Catalog.open(places) as catalog:
        assert catalog.take_names(store_of(faces)) == NamesChange(added=ids("2", "10", "x"))
    with Catalog.open(places) as catalog:
        columns = catalog.columns
        assert columns.ids == ids("2", "10", "x")
        assert columns.split_names == ("test", "train")
        assert columns.split.tolist() == [1, 0, -1]
        assert columns.classes.tolist() == [0b11, 0, 0]
        assert columns.classes_known.tolist() == [True, False, True]
        assert columns.has(Modality.SKETCH).tolist() == [True, False, False]
        assert columns.caption_count.tolist() == [-1, 0, 0]
        assert columns.coverage("captions") == (2, 3)
        assert columns.coverage("contents") == (1, 3)
        assert columns.coverage("tables") == (0, 3)
        assert np.isnan(columns.yaw).all()
        assert catalog.notices == []


def test_nothing_is_written_when_nothing_changed(places: CatalogPlaces) -> None:
    with Catalog.open(places) as catalog, Catalog.open(places) as other:
        catalog.take_names(store_of(5))
        assert other.pull()
        assert not catalog.take_names(store_of(5))
        assert not other.take_names(store_of(5))
        assert not other.pull()
        assert not catalog.pull()


def test_samples_that_come_and_go_keep_the_others_as_they_are(places: CatalogPlaces) -> None:
    with Catalog.open(places) as catalog, Catalog.open(places) as other:
        catalog.take_names(store_of({name: Face() for name in "acd"}))
        catalog.put_captions([(name, b"1", [f"the face {name}"]) for name in ids("a", "c", "d")])
        catalog.put_contents([(name, b"2", contents_with(bit)) for bit, name in enumerate(ids("a", "c", "d"), 1)])
        change = catalog.take_names(store_of({name: Face() for name in "abd"}))
        assert change == NamesChange(added=ids("b"), removed=ids("c"))
        other.pull()
        for each in (catalog, other):
            columns = each.columns
            assert columns.ids == ids("a", "b", "d")
            assert columns.caption_count.tolist() == [1, -1, 1]
            assert columns.classes.tolist() == [1, 0b11, 3]
            assert columns.areas[:, 0].tolist() == [64, 0, 64]
            assert each.rows_with(captions.phrase("face")).tolist() == [0, 2]
            assert each.rows_with(captions.phrase("c")).tolist() == []
            assert each.captions_of(SampleId("d")) == ["the face d"]
            assert each.stamps("captions") == {"a": b"1", "d": b"1"}
            assert each.stamps("contents") == {"a": b"2", "d": b"2"}
            assert each.rows_with(captions.phrase("face"), limit=1).tolist() == [0]


def test_a_sample_that_comes_back_is_a_new_one(places: CatalogPlaces) -> None:
    with Catalog.open(places) as catalog:
        catalog.take_names(store_of(2))
        catalog.put_captions([(SampleId("1"), b"1", ["old words"])])
        first = catalog.columns.keys.tolist()
        catalog.take_names(store_of(1))
        catalog.take_names(store_of(2))
        assert catalog.columns.keys.tolist()[0] == first[0]
        assert catalog.columns.keys.tolist()[1] not in first
        assert catalog.columns.caption_count.tolist() == [-1, -1]
        assert catalog.rows_with(captions.phrase("old")).tolist() == []


def test_a_file_that_comes_or_goes_is_a_change_and_unsettles_what_was_read_of_it(places: CatalogPlaces) -> None:
    with Catalog.open(places) as catalog:
        catalog.take_names(store_of(3))
        sample = SampleId("1")
        catalog.put_contents([(sample, b"1", contents_with(5))])
        catalog.put_captions([(sample, b"1", ["one"])])
        change = catalog.take_names(
            store_of({"0": Face(), "1": Face(frozenset({Modality.PHOTO, Modality.MASK}), 0b111), "2": Face()})
        )
        assert change == NamesChange(changed=ids("1"))
        assert catalog.columns.classes.tolist() == [0b11, 0b111, 0b11]
        assert catalog.columns.caption_count.tolist() == [-1, 0, -1]
        assert not catalog.columns.indexed.any()
        assert not catalog.stamps("contents")
        assert not catalog.stamps("captions")
        assert catalog.columns.areas.sum() == 0


def test_what_one_connection_writes_another_pulls(places: CatalogPlaces) -> None:
    with Catalog.open(places) as window, Catalog.open(places) as indexer:
        window.take_names(store_of(100))
        assert window.columns.areas.sum() == 0
        assert indexer.pull()
        indexer.put_contents([(SampleId("7"), b"s", contents_with(0b101))])
        indexer.put_captions([(SampleId("8"), b"s", ["a hat", "A HAT, worn"])])
        assert window.pull()
        assert not window.pull()
        columns = window.columns
        assert columns.classes[7] == 0b101
        assert columns.indexed.nonzero()[0].tolist() == [7]
        assert columns.areas[7].tolist() == [64, 0, 64] + [0] * 15
        assert columns.seen[7].tolist() == [0, 0, 0, 64] + [0] * 15
        assert columns.boxes[7, 2].tolist() == [0, 0, 8, 8]
        assert columns.centroids[7, 0].tolist() == [0.5, 0.5]
        assert columns.size[7].tolist() == [8, 8]
        assert np.isnan(columns.centroids[8]).all()
        assert columns.caption_count[8] == 2
        assert window.lines_with(captions.phrase("hat worn"), SampleId("8")) == [1]


def test_both_may_write_and_nothing_is_lost(places: CatalogPlaces) -> None:
    with Catalog.open(places) as one, Catalog.open(places) as two:
        one.take_names(store_of(4))
        two.put_captions([(SampleId("1"), b"s", ["x"])])
        one.put_contents([(SampleId("1"), b"s", contents_with(1))])
        two.put_tables(Tables(("Male",), {SampleId("1"): TableRow(Attributes(("Male",), (True,)))}, b"t"))
        one.pull()
        for each in (one, two):
            assert each.columns.caption_count.tolist() == [-1, 1, -1, -1]
            assert each.columns.indexed.tolist() == [False, True, False, False]
            assert each.columns.yes.tolist() == [0, 1, 0, 0]


def test_tables_fill_attributes_poses_and_the_other_numbering(places: CatalogPlaces) -> None:
    names = ("Male", "Smiling", "Young")
    rows = {
        SampleId("0"): TableRow(Attributes(names, (True, False, None)), Pose(1.5, -2, 0), "119613.jpg"),
        SampleId("2"): TableRow(Attributes(names, (False, True, True)), None, "000099.jpg"),
    }
    with Catalog.open(places) as catalog, Catalog.open(places) as other:
        catalog.take_names(store_of(3))
        assert catalog.tables_stamp is None
        catalog.put_tables(Tables(names, rows, b"stamp"))
        other.pull()
        for each in (catalog, other):
            columns = each.columns
            assert columns.attribute_names == names
            assert columns.yes.tolist() == [0b001, 0, 0b110]
            assert columns.known.tolist() == [0b011, 0, 0b111]
            assert columns.has(Modality.ATTRIBUTES).tolist() == [True, False, True]
            assert columns.has(Modality.POSE).tolist() == [True, False, False]
            assert columns.coverage("tables") == (3, 3)
            assert columns.yaw[0] == 1.5
            assert np.isnan(columns.yaw[1:]).all()
            assert columns.celeba == {"119613": 0, "000099": 2}
            assert each.tables_stamp == b"stamp"
        rows[SampleId("2")] = replace(rows[SampleId("2")], celeba_file="000100.jpg")
        catalog.put_tables(Tables(names, rows, b"other stamp"))
        other.pull()
        assert other.columns.celeba == {"119613": 0, "000100": 2}
        catalog.take_names(store_of(4))
        assert catalog.tables_stamp is None
        assert catalog.columns.coverage("tables") == (3, 4)


def test_a_mask_that_cannot_be_read_is_indexed_with_its_problem(places: CatalogPlaces) -> None:
    with Catalog.open(places) as catalog:
        catalog.take_names(store_of(2))
        catalog.put_contents([(SampleId("0"), b"s", Contents.unreadable("1_hair.png is cut off"))])
        columns = catalog.columns
        assert columns.indexed.tolist() == [True, False]
        assert columns.unreadable.tolist() == [True, False]
        assert columns.classes.tolist() == [0b11, 0b11]
        assert catalog.problem_of(SampleId("0")) == "1_hair.png is cut off"
        assert catalog.problem_of(SampleId("1")) is None
        catalog.put_contents([(SampleId("0"), b"t", contents_with(4))])
        assert catalog.columns.classes.tolist() == [4, 0b11]
        assert not catalog.columns.unreadable.any()
        assert catalog.problem_of(SampleId("0")) is None


def test_what_is_forgotten_is_not_known(places: CatalogPlaces) -> None:
    with Catalog.open(places) as catalog:
        catalog.take_names(store_of(2))
        both = ids("0", "1")
        catalog.put_contents([(sample, b"s", contents_with(4)) for sample in both])
        catalog.put_captions([(sample, b"s", ["words"]) for sample in both])
        assert catalog.columns.areas[:, 2].tolist() == [64, 64]
        catalog.forget(both[:1], "contents")
        catalog.forget(both[1:], "captions")
        assert catalog.columns.areas[:, 2].tolist() == [0, 64]
        assert catalog.columns.classes.tolist() == [0b11, 4]
        assert catalog.columns.caption_count.tolist() == [1, -1]
        assert catalog.stamps("contents") == {"1": b"s"}
        assert catalog.stamps("captions") == {"0": b"s"}
        assert catalog.rows_with(captions.phrase("words")).tolist() == [0]


def test_unknown_samples_are_passed_over(places: CatalogPlaces) -> None:
    with Catalog.open(places) as catalog:
        catalog.take_names(store_of(1))
        nobody = SampleId("nobody")
        catalog.put_contents([(nobody, b"s", contents_with(4))])
        catalog.put_captions([(nobody, b"s", ["words"])])
        catalog.forget([nobody], "captions")
        assert catalog.captions_of(nobody) == []
        assert catalog.lines_with(captions.phrase("words"), nobody) == []
        assert catalog.problem_of(nobody) is None
        assert len(catalog.columns) == 1


def test_blobs_are_kept_by_name(places: CatalogPlaces) -> None:
    with Catalog.open(places) as catalog:
        assert catalog.kept("listing") is None
        catalog.keep("listing", b"\x00\xff")
        catalog.keep("listing", b"other")
    with Catalog.open(places) as catalog:
        assert catalog.kept("listing") == b"other"
        assert not catalog.pull()


def test_marks_are_mirrored_and_outlive_samples_that_come_and_go(places: CatalogPlaces) -> None:
    rejected = Review(ReviewState.REJECTED, ("blur", "hat"), "look again")
    with Catalog.open(places) as catalog:
        catalog.take_names(store_of({"b": Face(), "c": Face()}))
        catalog.mirror_reviews({SampleId("c"): rejected, SampleId("gone"): rejected})
        catalog.mirror_edited({SampleId("b")})
        catalog.mirror_unsaved({SampleId("c")})
        catalog.mirror_findings({SampleId("c"): frozenset({"specks"})})
        catalog.take_names(store_of({"a": Face(), "b": Face(), "c": Face()}))
        columns = catalog.columns
        assert columns.state.tolist() == [0, 0, 1]
        assert {tag: marks.tolist() for tag, marks in columns.tags.items()} == {
            "blur": [False, False, True],
            "hat": [False, False, True],
        }
        assert columns.notes == {2: "look again"}
        assert columns.edited.tolist() == [False, True, False]
        assert columns.unsaved.tolist() == [False, False, True]
        assert columns.findings["specks"].tolist() == [False, False, True]
        catalog.mirror_review(SampleId("c"), Review(ReviewState.ACCEPTED, ("hat",)))
        catalog.mirror_review(SampleId("a"), Review(tags=("new",)))
        assert columns.state.tolist() == [0, 0, 3]
        assert columns.tags["blur"].tolist() == [False, False, False]
        assert columns.tags["new"].tolist() == [True, False, False]
        assert columns.notes == {}
    with Catalog.open(places) as catalog:
        assert catalog.columns.state.tolist() == [0, 0, 0]


def test_a_closed_catalog_leaves_its_file_alone(places: CatalogPlaces) -> None:
    catalog = Catalog.open(places)
    catalog.take_names(store_of(2))
    catalog.close()
    for verb in (catalog.pull, lambda: catalog.kept("x"), lambda: catalog.columns.areas):
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            verb()
    with Catalog.open(places) as again:
        assert len(again.columns) == 2
        assert again.notices == []


def test_a_catalog_may_be_opened_in_one_thread_and_used_in_another(places: CatalogPlaces) -> None:
    with ThreadPoolExecutor(1) as pool:
        catalog = pool.submit(Catalog.open, places).result()
    with catalog:
        catalog.take_names(store_of(2))
        assert len(catalog.columns) == 2
        assert catalog.columns.areas.shape == (2, 18)
