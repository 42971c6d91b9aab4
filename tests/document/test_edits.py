"""Every edit goes forth and back exactly, and says in English what it does."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.document import edits
from app.document.changes import Change
from app.document.deltas import DELTAS, delta_between
from app.document.document import Document
from app.document.edits import Edit
from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.errors import ConflictError, DamagedFileError, FaceDataError, InvalidEditError, ReadOnlyError
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, SampleId, Sketch
from app.imaging.raster import Rect
from tests.document.plain_store import SHAPE, PlainStore

ONE = SampleId("1")
DISC = np.hypot(*np.ogrid[-48:48, -64:64]) < 30

EXAMPLES: dict[Callable[..., Edit], tuple[Edit, ...]] = {
    edits.EditCaption: (edits.EditCaption(ONE, 1, "Its hair is short."), edits.EditCaption(ONE, 2, "")),
    edits.InsertCaption: (edits.InsertCaption(ONE, 0, "First."), edits.InsertCaption(ONE, 3, "Last.")),
    edits.RemoveCaption: (edits.RemoveCaption(ONE, 0), edits.RemoveCaption(ONE, 2)),
    edits.MoveCaption: (edits.MoveCaption(ONE, 0, 2),),
    edits.ReplaceCaptions: (edits.ReplaceCaptions(ONE, Captions.from_texts(["One.", "Two."])),),
    edits.SetAttribute: (edits.SetAttribute(ONE, "Male", True), edits.SetAttribute(ONE, "Smiling", None)),
    edits.SetAttributes: (edits.SetAttributes(ONE, (("Male", True), ("Smiling", None))),),
    edits.PaintLayer: (edits.PaintLayer(ONE, "skin", DISC), edits.PaintLayer(ONE, "background", DISC)),
    edits.MaskEdit: (edits.MaskEdit(ONE, Rect(3, 5, 2, 4), np.full((4, 2), 5, np.uint32)),),
    edits.NewMask: (edits.NewMask(ONE, SHAPE),),
    edits.ReplaceSketch: (edits.ReplaceSketch(ONE, Sketch(b"drawn"), "Draw sketch"),),
}
LABELS = [
    "Edit caption 2", "Edit caption 3", "Insert caption 1", "Insert caption 4", "Remove caption 1", "Remove caption 3",
    "Move caption 1 to 3", "Replace all captions", "Set Male to yes", "Set Smiling to unknown",
    "Set Male to yes and Smiling to unknown", "Set layer skin",
    "Set layer background", "Edit mask", "Start a new mask", "Draw sketch",
]  # fmt: skip
ALL = [example for kind in edits.EDITS for example in EXAMPLES[kind]]


def state(document: Document, sample: SampleId = ONE) -> tuple[object, ...]:
    mask, captions = document.mask(sample), document.captions(sample)
    return (
        None if mask is None else mask.bits.tobytes(),
        None if captions is None else captions.to_bytes(),
        document.attributes(sample),
        document.sketch(sample),
    )


@pytest.fixture
def ready(document: Document, dataset: Path) -> Callable[[Edit], Document]:
    def make(edit: Edit) -> Document:
        if isinstance(edit, edits.NewMask):
            for file in dataset.glob("masks/1_*"):
                file.unlink()
        return document

    return make


@pytest.mark.parametrize("edit", ALL, ids=lambda e: e.label)
def test_an_edit_undoes_and_redoes_exactly(edit: Edit, ready: Callable[[Edit], Document]) -> None:
    document = ready(edit)
    before = state(document)
    told: list[tuple[Change, ...]] = []
    document.subscribe(told.append)
    document.do(edit)
    after = state(document)
    assert after != before
    assert (document.undo_label(ONE), document.redo_label(ONE)) == (edit.label, None)
    assert document.is_unsaved(ONE, edit.modality)
    document.undo(ONE)
    assert state(document) == before
    assert (document.undo_label(ONE), document.redo_label(ONE)) == (None, edit.label)
    assert not document.is_unsaved(ONE)
    document.redo(ONE)
    assert state(document) == after
    assert [[(c.sample, c.modality, c.in_progress) for c in changes] for changes in told] == [
        [(ONE, edit.modality, False)]
    ] * 3


@pytest.mark.parametrize("edit", ALL, ids=lambda e: e.label)
def test_an_edit_travels_through_the_log_unchanged(edit: Edit, ready: Callable[[Edit], Document]) -> None:
    document = ready(edit)
    held = document._open.opened(ONE).values[edit.modality].value
    delta = delta_between(held, edit.changed(held))
    assert delta is not None
    again = DELTAS[edit.modality].from_payload(delta.to_payload())
    assert again.to_payload() == delta.to_payload()
    assert again.region == delta.region
    copy = held.copy() if isinstance(held, MaskLayers) else held
    changed = again.apply(copy)
    wanted = edit.changed(held)
    if isinstance(changed, MaskLayers) and isinstance(wanted, MaskLayers):
        assert changed.equals(wanted)
    elif isinstance(changed, Captions) and isinstance(wanted, Captions):
        assert changed.to_bytes() == wanted.to_bytes()
    else:
        assert changed == wanted


def test_labels_are_good_english() -> None:
    assert [edit.label for edit in ALL] == LABELS
    assert all(re.fullmatch(r"[A-Z][a-zA-Z0-9_' ]+", label) for label in LABELS)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (edits.EditCaption(ONE, 7, "x"), "there is no caption 8"),
        (edits.EditCaption(ONE, 0, "a\nb"), "a caption is one line"),
        (edits.InsertCaption(ONE, 9), "there is no place 10"),
        (edits.SetAttribute(ONE, "Wise", True), "no column Wise"),
        (edits.PaintLayer(ONE, "beard", DISC), "there is no class beard"),
        (edits.PaintLayer(ONE, "skin", DISC[1:]), "the layer is bool"),
        (edits.MaskEdit(ONE, Rect(-1, 0, 2, 2), np.zeros((2, 2), np.uint32)), "is not inside"),
        (edits.MaskEdit(ONE, Rect(0, 0, 2, 2), np.zeros((3, 2), np.uint32)), "bits are"),
        (edits.NewMask(ONE, SHAPE), "has a mask already"),
        (edits.EditCaption(SampleId("77"), 0, "x"), "there is no sample 77"),
    ],
)
def test_a_senseless_edit_is_refused_and_changes_nothing(document: Document, edit: Edit, message: str) -> None:
    before = state(document)
    with pytest.raises(FaceDataError, match=message):
        document.do(edit)
    assert state(document) == before
    assert document.history(ONE) == ()
    assert document.unsaved() == ()


def test_an_edit_that_changes_nothing_leaves_no_step(document: Document) -> None:
    told: list[object] = []
    document.subscribe(told.append)
    document.do(edits.EditCaption(ONE, 1, "Her hair is long."))
    document.do(edits.SetAttribute(ONE, "Male", False))
    document.do(edits.PaintLayer(ONE, "nose", np.zeros(SHAPE, bool)))
    assert document.history(ONE) == ()
    assert told == []
    assert not document.work.exists


def test_a_read_only_value_is_not_edited(document: Document, dataset: Path, store: PlainStore) -> None:
    store.read_only = lambda modality: "the table is for reading" if modality is Modality.ATTRIBUTES else None  # type: ignore[method-assign]
    with pytest.raises(ReadOnlyError, match="sample 1: the table is for reading"):
        document.do(edits.SetAttribute(ONE, "Male", True))
    assert document.read_only(ONE, Modality.POSE) == "the pose is shown, never changed"
    assert document.read_only(ONE, Modality.MASK) is None


def test_captions_that_are_no_text_are_not_replaced() -> None:
    with pytest.raises(ReadOnlyError, match="UTF-16"):
        edits.ReplaceCaptions(ONE, Captions.from_texts(["x"])).changed(Captions.from_bytes("x".encode("utf-16")))


def test_exclusive_masks_keep_one_class_per_pixel() -> None:
    mask = MaskLayers(np.full(SHAPE, 2, np.uint32), exclusive=True)
    painted = edits.PaintLayer(ONE, "skin", DISC).changed(mask)
    assert np.array_equal(painted.bits, np.where(DISC, 1, 2))
    with pytest.raises(InvalidEditError, match="one class per pixel"):
        edits.MaskEdit(ONE, Rect(0, 0, 1, 1), np.array([[3]], np.uint32)).changed(mask)


def test_a_layer_may_overlap_the_others(document: Document) -> None:
    mask = document.mask(ONE)
    assert mask is not None
    hair = mask.layer("hair")
    document.do(edits.PaintLayer(ONE, "skin", DISC))
    assert document.mask(ONE) is mask
    assert np.array_equal(mask.layer("skin"), DISC)
    assert np.array_equal(mask.layer("hair"), hair)


def test_typing_in_one_caption_is_one_step(store: PlainStore) -> None:
    document = Document(store)
    panel = object()
    for text in ("Sh", "She", "She is"):
        document.do(edits.EditCaption(ONE, 0, text, origin=panel))
    document.do(edits.EditCaption(ONE, 1, "Other", origin=panel))
    document.do(edits.EditCaption(ONE, 1, "Other!", origin="script"))
    assert [step.label for step in document.history(ONE)] == ["Edit caption 1", "Edit caption 2", "Edit caption 2"]
    document.undo(ONE)
    document.undo(ONE)
    document.undo(ONE)
    captions = document.captions(ONE)
    assert captions is not None
    assert captions.texts[0] == "She smiles. "


def test_typing_back_to_the_start_leaves_no_step_and_nothing_to_save(store: PlainStore) -> None:
    document = Document(store)
    document.do(edits.EditCaption(ONE, 0, "x"))
    document.do(edits.EditCaption(ONE, 0, "She smiles. "))
    assert document.history(ONE) == ()
    assert document.unsaved() == ()
    document.do(edits.EditCaption(ONE, 0, "y"))
    document.undo(ONE)
    assert not document.is_unsaved(ONE)


def test_typing_after_an_undo_is_a_step_of_its_own(store: PlainStore) -> None:
    document = Document(store)
    document.do(edits.EditCaption(ONE, 0, "x"))
    document.do(edits.SetAttribute(ONE, "Male", True))
    document.undo(ONE)
    document.do(edits.EditCaption(ONE, 0, "xy"))
    assert [step.label for step in document.history(ONE)] == ["Edit caption 1", "Edit caption 1"]


def test_history_lists_what_is_done_and_what_can_be_redone(document: Document) -> None:
    document.do(edits.EditCaption(ONE, 0, "x"))
    document.do(edits.SetAttribute(ONE, "Male", True))
    document.undo(ONE)
    steps = document.history(ONE)
    assert [(s.label, s.is_current, s.is_done) for s in steps] == [
        ("Edit caption 1", True, True),
        ("Set Male to yes", False, False),
    ]
    assert steps[0].id < steps[1].id
    assert steps[0].time <= steps[1].time


@pytest.mark.parametrize("modality", list(DELTAS))
def test_a_torn_step_is_damaged_not_fatal(modality: Modality) -> None:
    values: dict[Modality, tuple[object, object]] = {
        Modality.MASK: (MaskLayers.empty(SHAPE), MaskLayers(np.full(SHAPE, 3, np.uint32))),
        Modality.CAPTIONS: (Captions.from_bytes(b"a\n"), Captions.from_bytes(b"b\n")),
        Modality.ATTRIBUTES: (Attributes(("A",), (True,)), Attributes(("A",), (None,))),
        Modality.SKETCH: (None, Sketch(b"drawn")),
    }
    delta = delta_between(*values[modality])  # type: ignore[arg-type]
    assert delta is not None
    payload = delta.to_payload()
    for cut in range(len(payload)):
        with pytest.raises(DamagedFileError):
            DELTAS[modality].from_payload(payload[:cut])


def test_a_step_made_on_another_value_is_not_applied() -> None:
    delta = delta_between(Captions.from_bytes(b"a\n"), Captions.from_bytes(b"b\n"))
    assert delta is not None
    with pytest.raises(ConflictError):
        delta.apply(Captions.from_bytes(b"c\n"))
    attribute = delta_between(Attributes(("A",), (True,)), Attributes(("A",), (None,)))
    assert attribute is not None
    with pytest.raises(ConflictError):
        attribute.apply(Attributes(("A",), (False,)))


def test_edits_are_frozen() -> None:
    for example in ALL:
        with pytest.raises(dataclasses.FrozenInstanceError):
            example.sample = SampleId("2")  # type: ignore[misc]
