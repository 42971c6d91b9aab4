"""Values from elsewhere: masks shown from a cache, files that other programs change, samples edited at some time."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from app.document.bulk import BulkEdit
from app.document.changes import Change
from app.document.document import Document
from app.document.edits import EditCaption, PaintLayer, SetAttribute
from app.document.loading import LoadedSample, load_sample
from app.document.mark_lines import MarkSamples
from app.document.reloading import OutsideChange
from app.faces.errors import ReadOnlyError
from app.faces.mask import MaskLayers
from app.faces.review import ReviewState
from app.faces.sample import Loaded, Modality, SampleId
from app.imaging.compose import Operation
from app.imaging.raster import Rect
from tests.document.plain_store import BY_HAND, HAIR, SHAPE, PlainStore, layer_bytes, make_dataset, tree

ZERO, ONE, TWO = SampleId("0"), SampleId("1"), SampleId("2")
CORNER = np.zeros(SHAPE, bool)
CORNER[:10, :10] = True
BLOCK = np.ones((10, 10), bool)


class CountingStore(PlainStore):
    """Counts how often a mask is read from its files."""

    reads = 0

    def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]:
        self.reads += 1
        return super().read_mask(sample)


@pytest.fixture
def store(dataset: Path) -> CountingStore:
    return CountingStore(dataset)


@pytest.fixture
def told(document: Document) -> list[Change]:
    heard: list[Change] = []
    document.subscribe(heard.extend)
    return heard


def provisional(store: PlainStore, *, other: bool = False) -> LoadedSample:
    mask = PlainStore.read_mask(store, ONE).value
    assert mask is not None
    if other:
        mask.bits[50:60, :5] ^= 1
    return load_sample(store, ONE, cached_mask=mask)


def array(document: Document) -> np.ndarray:
    mask = document.mask(ONE)
    assert mask is not None
    return mask.bits


def save(document: Document) -> None:
    document.save()
    assert document.wait(20)


def test_a_mask_from_the_cache_is_looked_at_without_reading_its_files(
    document: Document, store: CountingStore, told: list[Change]
) -> None:
    loaded = provisional(store)
    document.admit(loaded)
    document.do(MarkSamples((ONE,), ReviewState.ACCEPTED))
    assert document.undo_label(ONE) == "Accept"
    document.undo(ONE)
    assert document.redo_label(ONE) == "Accept"
    assert [step.label for step in document.history(ONE)] == ["Accept"]
    assert document.read_only(ONE, Modality.MASK) is None
    assert loaded.mask.value is not None
    assert array(document) is loaded.mask.value.bits
    assert document.is_provisional(ONE)
    assert (store.reads, told, document.unsaved()) == (0, [], ())


FIRST_EDITS = {
    "stroke": lambda d: d.begin_stroke(ONE, Operation(HAIR)).cancel(),
    "caption": lambda d: d.do(EditCaption(ONE, 0, "x")),
    "layer": lambda d: d.do(PaintLayer(ONE, "hat", CORNER)),
    "reload": lambda d: d.reloading.reload(ONE),
}


@pytest.mark.parametrize("first", FIRST_EDITS.values(), ids=FIRST_EDITS.keys())
def test_the_first_edit_reads_the_files_and_keeps_the_array_that_is_shown(
    document: Document, store: CountingStore, told: list[Change], first
) -> None:
    document.admit(provisional(store))
    shown = array(document)
    first(document)
    assert store.reads >= 1
    assert not document.is_provisional(ONE)
    assert array(document) is shown
    assert Change(ONE, Modality.MASK) not in told
    document.do(PaintLayer(ONE, "nose", CORNER))
    save(document)
    assert document.unsaved() == ()
    assert (store.root / "masks/1_nose.layer").exists()


@pytest.mark.parametrize("first", FIRST_EDITS.values(), ids=FIRST_EDITS.keys())
def test_a_cache_that_was_wrong_is_corrected_and_told_before_the_first_edit(
    document: Document, store: CountingStore, told: list[Change], first
) -> None:
    document.admit(provisional(store, other=True))
    before = tree(store.root)
    first(document)
    assert told[0] == Change(ONE, Modality.MASK)
    while document.undo_label(ONE):
        document.undo(ONE)
    true = PlainStore.read_mask(store, ONE).value
    assert true is not None
    assert np.array_equal(array(document), true.bits)
    save(document)
    assert tree(store.root) == before


def test_a_damaged_file_behind_a_cached_mask_is_not_painted_on(document: Document, store: CountingStore) -> None:
    document.admit(provisional(store))
    store.read_mask = lambda sample: Loaded(None, {}, (), "its file is damaged")  # type: ignore[method-assign]
    with pytest.raises(ReadOnlyError, match="its file is damaged"):
        document.begin_stroke(ONE, Operation(HAIR))
    assert document.mask(ONE) is None


def test_the_files_may_be_read_elsewhere_and_admitted_afterwards(document: Document, store: CountingStore) -> None:
    document.admit(provisional(store))
    shown = array(document)
    document.admit(load_sample(store, ONE))
    assert (store.reads, document.is_provisional(ONE)) == (1, False)
    document.begin_stroke(ONE, Operation(HAIR)).cancel()
    assert store.reads == 1
    assert array(document) is shown


def test_samples_with_a_history_are_read_from_their_files(document: Document, store: CountingStore) -> None:
    document.do(EditCaption(ONE, 0, "x"))
    save(document)
    document.close()
    fresh = Document(store, settings=BY_HAND)
    assert (fresh.has_history(ONE), fresh.has_history(ZERO)) == (True, False)
    fresh.admit(provisional(store))
    assert not fresh.is_open(ONE)
    assert fresh.undo_label(ONE) == "Edit caption 1"
    fresh.close()


def test_changes_by_others_are_taken_where_nothing_is_unsaved(
    document: Document, dataset: Path, told: list[Change]
) -> None:
    shown = array(document)
    document.open(ZERO)
    document.do(EditCaption(TWO, 0, "mine"))
    told.clear()
    (dataset / "text/0.txt").write_bytes(b"theirs\n")
    (dataset / "text/2.txt").write_bytes(b"theirs\n")
    assert document.reloading.take_outside([ZERO, ONE, TWO, SampleId("77")]) == OutsideChange((ZERO,), (TWO,))
    assert told == [Change(ZERO, Modality.CAPTIONS)]
    assert array(document) is shown
    captions = document.captions(TWO)
    assert captions is not None
    assert captions.texts[0] == "mine"
    assert document.undo_label(ZERO) is None
    document.reloading.resolve(TWO, "theirs")
    assert document.unsaved() == ()
    document.close()


def test_a_change_by_others_is_a_step_of_a_sample_with_a_history(document: Document, dataset: Path) -> None:
    document.do(EditCaption(ONE, 0, "mine"))
    save(document)
    mine = (dataset / "text/1.txt").read_bytes()
    assert document.reloading.take_outside([ONE]) == OutsideChange()
    (dataset / "text/1.txt").write_bytes(b"theirs\n")
    assert document.reloading.take_outside([ONE]) == OutsideChange((ONE,))
    assert [step.label for step in document.history(ONE)] == ["Edit caption 1", "Changed by another program"]
    assert document.unsaved() == ()
    document.undo(ONE)
    save(document)
    assert (dataset / "text/1.txt").read_bytes() == mine
    document.close()


def test_a_file_touched_or_written_with_other_bytes_of_the_same_content_is_no_change(
    document: Document, dataset: Path, told: list[Change]
) -> None:
    shown = array(document)
    (dataset / "text/1.txt").touch()
    layer = PlainStore(dataset).read_mask(ONE).value
    assert layer is not None
    (dataset / "masks/1_hair.layer").write_bytes(layer_bytes(layer.layer("hair"), b"by another program"))
    assert document.reloading.take_outside([ONE]) == OutsideChange()
    assert told == []
    assert array(document) is shown
    document.do(PaintLayer(ONE, "hair", CORNER))
    save(document)
    assert document.unsaved() == ()


def test_a_sample_under_the_hand_is_not_changed_beneath_it(document: Document, dataset: Path) -> None:
    stroke = document.begin_stroke(ONE, Operation(HAIR))
    stroke.cover(Rect(60, 60, 10, 10), BLOCK)
    (dataset / "masks/1_hair.layer").write_bytes(layer_bytes(CORNER))
    assert document.reloading.take_outside([ONE]) == OutsideChange(conflicting=(ONE,))
    stroke.commit()
    assert document.is_unsaved(ONE)


def test_editing_and_taking_back_captions_reads_no_mask(store: CountingStore) -> None:
    for _ in range(2):
        with closing(Document(store, settings=BY_HAND)) as document:
            document.do(BulkEdit(tuple(EditCaption(sample, 0, "x") for sample in store.sample_ids), "Replace"))
            document.save()
            document.wait()
        with closing(Document(store, settings=BY_HAND)) as document:
            assert document.undo(store.sample_ids[0]) == {}
            document.save()
            document.wait()
    assert store.reads == 0


def test_steps_of_a_mask_that_was_changed_before_it_was_looked_at_are_not_taken_back(dataset: Path) -> None:
    store = PlainStore(dataset)
    with closing(Document(store, settings=BY_HAND)) as document:
        document.do(PaintLayer(ONE, "hair", np.zeros(SHAPE, np.bool_)))
        document.save()
        document.wait()
    with closing(Document(store, settings=BY_HAND)) as document:
        document.open(ONE)
        (dataset / "masks/1_hair.layer").write_bytes(layer_bytes(CORNER))
        assert document.undo_label(ONE) is None
        document.undo(ONE)
        mask = document.mask(ONE)
        assert mask is not None
        assert np.array_equal(mask.layer("hair"), CORNER)
        assert document.unsaved() == ()


def test_of_many_changed_samples_the_older_ones_are_read_when_they_are_wanted(tmp_path: Path) -> None:
    store = CountingStore(make_dataset(tmp_path / "faces", BY_HAND.keep_open))
    document = Document(store, settings=BY_HAND)
    for sample in store.sample_ids:
        assert document.mask(sample) is not None
        (store.root / f"masks/{sample}_hair.layer").write_bytes(layer_bytes(CORNER))
    store.reads = 0
    told: list[Change] = []
    document.subscribe(told.extend)
    assert document.reloading.take_outside(store.sample_ids).reloaded == tuple(store.sample_ids)
    assert {change.sample for change in told} == set(store.sample_ids)
    assert store.reads == 8
    assert [sample for sample in store.sample_ids if document.is_open(sample)] == store.sample_ids[-8:]
    for sample in store.sample_ids:
        mask = document.mask(sample)
        assert mask is not None
        assert np.array_equal(mask.layer("hair"), CORNER)


def test_samples_that_are_gone_leave_unless_they_have_unsaved_edits(document: Document, dataset: Path) -> None:
    document.open(ZERO)
    document.do(EditCaption(ONE, 0, "mine"))
    for name in ("0", "1"):
        (dataset / f"photos/{name}.jpg").unlink()
    document.store.adopt(document.store.rescanned())
    assert document.reloading.take_outside([ZERO, ONE, TWO]) == OutsideChange(gone=(ZERO, ONE))
    assert (document.is_open(ZERO), document.is_unsaved(ONE)) == (False, True)


def test_another_window_that_saves_is_seen_without_a_history(document: Document, dataset: Path) -> None:
    document.do(SetAttribute(ONE, "Male", True))
    save(document)
    document.open(ZERO)
    other = Document(PlainStore(dataset), settings=BY_HAND)
    other.do(SetAttribute(ZERO, "Male", True))
    save(other)
    assert document.reloading.take_outside([ZERO, ONE]) == OutsideChange((ZERO,))
    attributes = document.attributes(ZERO)
    assert attributes is not None
    assert attributes["Male"] is True
    document.do(SetAttribute(ONE, "Male", None))
    save(document)
    assert document.unsaved() == ()
    assert document.edited() == {ZERO, ONE}
    other.close()


def test_edited_samples_are_those_ever_saved_and_those_unsaved(document: Document, dataset: Path) -> None:
    assert document.edited() == frozenset()
    document.do(EditCaption(ONE, 0, "x"))
    assert document.edited() == {ONE}
    document.undo(ONE)
    assert document.edited() == frozenset()
    document.do(EditCaption(ZERO, 0, "x"))
    save(document)
    ledger = dataset / ".facewright/objects/ledger.jsonl"
    with ledger.open("ab") as file:
        file.write(b'{"sample": "2", "torn\n{"time": 1, "sample": "77"}\n"sample": "\\ud8\n')
    fresh = Document(PlainStore(dataset))
    assert fresh.edited() == {ZERO, TWO}
    document.do(EditCaption(ONE, 0, "x"))
    save(document)
    assert fresh.edited() == {ZERO, ONE, TWO}
    ledger.unlink()
    assert fresh.edited() == frozenset()
