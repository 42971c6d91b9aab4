"""Real samples through the whole of it: open, paint, write, save, undo; every other byte stays."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from app.document.changes import SaveEvent, SaveState
from app.document.document import Document
from app.document.edits import EditCaption, PaintLayer, SetAttribute
from app.document.settings import DocumentSettings
from app.faces.classes import CLASS_BY_NAME
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, SampleId
from app.imaging.compose import Operation
from app.imaging.raster import Rect
from app.workbench.open import open_document
from app.workbench.recover import restore, verify
from tests.tiny_dataset import EVERYTHING, write

BY_HAND = DocumentSettings(merge_within_s=0)


def tree(root: Path) -> dict[str, str]:
    return {
        str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(root.rglob("*"))
        if p.is_file() and ".facewright" not in p.parts
    }


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


@pytest.fixture(params=["CelebAMask-HQ", "Multi-Modal-CelebA-HQ"])
def dataset(request: pytest.FixtureRequest, real_data: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    shutil.copytree(real_data / request.param, folder)
    return folder


def opened(dataset: Path) -> tuple[Document, list[SaveEvent]]:
    document = open_document(dataset, settings=BY_HAND)
    events: list[SaveEvent] = []
    document.subscribe_saves(events.append)
    return document, events


def save(document: Document, events: list[SaveEvent]) -> None:
    document.save()
    assert document.wait(60)
    assert [e for e in events if e.state not in (SaveState.STARTED, SaveState.SAVED)] == []
    assert document.unsaved() == ()


def masked_sample(document: Document) -> tuple[SampleId, MaskLayers]:
    for sample in document.store.sample_ids:
        mask = document.mask(sample)
        if mask is not None and document.read_only(sample, Modality.MASK) is None:
            return sample, mask
    pytest.skip("no sample with an editable mask")


def test_opening_and_closing_changes_nothing(dataset: Path) -> None:
    before = tree(dataset)
    document, _ = opened(dataset)
    for sample in document.store.sample_ids:
        document.open(sample)
    document.close()
    assert tree(dataset) == before
    assert not (dataset / ".facewright").exists()


def test_a_session_changes_the_meant_files_and_undo_brings_every_byte_back(dataset: Path) -> None:
    before = tree(dataset)
    document, events = opened(dataset)
    sample, mask = masked_sample(document)
    meant = 0
    stroke = document.begin_stroke(sample, Operation(CLASS_BY_NAME["hair"].id))
    stroke.cover(Rect(20, 20, 40, 40), np.ones((40, 40), bool))
    stroke.commit()
    if document.captions(sample) is not None and document.read_only(sample, Modality.CAPTIONS) is None:
        document.do(EditCaption(sample, 0, "Edited by a test."))
        meant += 1
    attributes = document.attributes(sample)
    if attributes is not None and document.read_only(sample, Modality.ATTRIBUTES) is None:
        document.do(SetAttribute(sample, "Smiling", not attributes["Smiling"]))
        meant += 1
    save(document, events)
    after = tree(dataset)
    difference = changed(before, after)
    assert len(difference) > meant
    assert all(sample in path or "ttribute" in path or "attr" in path for path in difference), difference
    fresh, _ = opened(dataset)
    again = fresh.mask(sample)
    assert again is not None
    assert again.equals(mask)
    assert fresh.captions(sample) == document.captions(sample)
    assert fresh.attributes(sample) == document.attributes(sample)
    while document.undo_label(sample):
        document.undo(sample)
    save(document, events)
    assert tree(dataset) == before
    while document.redo_label(sample):
        document.redo(sample)
    save(document, events)
    assert tree(dataset) == after
    document.close()
    assert verify(dataset).problems == []
    assert sorted(restore(dataset).restored) == sorted(difference)
    assert tree(dataset) == before


def test_an_emptied_class_comes_back_with_its_very_bytes(dataset: Path) -> None:
    before = tree(dataset)
    document, events = opened(dataset)
    sample, mask = masked_sample(document)
    present = [name for name, pixels in mask.areas().items() if pixels and name != "background"]
    for name in present[:2]:
        document.do(PaintLayer(sample, name, np.zeros(mask.shape, bool)))
    save(document, events)
    assert changed(before, tree(dataset))
    document.close()
    document, events = opened(dataset)
    for _ in present[:2]:
        document.undo(sample)
    save(document, events)
    assert tree(dataset) == before
    document.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_tree_whose_name_is_no_text_and_has_a_colon_is_edited_like_any_other(tmp_path: Path) -> None:
    root = tmp_path / "downloads"
    write(root / os.fsdecode(b"12:30 \xff"), EVERYTHING)
    before = tree(root)
    document, events = opened(root)
    document.do(EditCaption(SampleId("17"), 0, "x"))
    document.wait()
    assert document.is_logged
    save(document, events)
    document.do(EditCaption(SampleId("17"), 0, "y"))
    document.close()
    document, events = opened(root)
    assert [offer.conflict for offer in document.recovered()] == [None]
    document.restore_edits(SampleId("17"))
    while document.undo_label(SampleId("17")):
        document.undo(SampleId("17"))
    save(document, events)
    document.close()
    assert tree(root) == before
    assert verify(root).is_sound
