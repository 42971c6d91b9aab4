"""Random sessions against a model that is nothing but a list of states: edits, undo, redo, saves, restarts.

By default as many as a second or two holds; ``FACEWRIGHT_SESSIONS=2000 pytest tests/document/test_document_model.py``
looks longer.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.document.document import Document
from app.document.edits import EditCaption, PaintLayer, RemoveCaption, ReplaceSketch, SetAttribute
from app.document.settings import DocumentSettings
from app.faces.sample import SampleId, Sketch
from app.imaging.compose import Erase, Operation
from app.imaging.raster import Rect
from tests.document.plain_store import HAIR, MEMORY_DISK, NAMES, SHAPE, SKIN, PlainStore, make_dataset, tree

SAMPLES = st.sampled_from([SampleId("0"), SampleId("1")])
State = tuple[bytes, bytes, object, Sketch | None]


class Sessions(RuleBasedStateMachine):
    """``past`` and ``future`` per sample; ``disk`` is the state that was saved last."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY_DISK))
        self.root = make_dataset(self.folder / "faces", 2)
        self.originals = tree(self.root)
        self.document = self.opened()
        first = {s: self.state(s) for s in map(SampleId, "01")}
        self.past: dict[SampleId, list[State]] = {s: [state] for s, state in first.items()}
        self.future: dict[SampleId, list[State]] = {s: [] for s in first}
        self.disk = dict(first)
        self.first = first

    def opened(self) -> Document:
        return Document(
            PlainStore(self.root), settings=DocumentSettings(merge_within_s=0, history_bytes=3000, keep_open=1)
        )

    def state(self, sample: SampleId, document: Document | None = None) -> State:
        document = document or self.document
        mask, captions = document.mask(sample), document.captions(sample)
        assert mask is not None
        assert captions is not None
        return mask.bits.tobytes(), captions.to_bytes(), document.attributes(sample), document.sketch(sample)

    def after_edit(self, sample: SampleId) -> None:
        now = self.state(sample)
        if now != self.past[sample][-1]:
            self.past[sample].append(now)
            self.future[sample] = []

    @rule(sample=SAMPLES, index=st.integers(0, 1), text=st.text("ab ", max_size=3))
    def type(self, sample: SampleId, index: int, text: str) -> None:
        captions = self.document.captions(sample)
        if captions is not None and index < len(captions):
            self.document.do(EditCaption(sample, index, text))
            self.after_edit(sample)

    @rule(sample=SAMPLES)
    def remove_a_caption(self, sample: SampleId) -> None:
        captions = self.document.captions(sample)
        if captions is not None and len(captions) > 1:
            self.document.do(RemoveCaption(sample, 0))
            self.after_edit(sample)

    @rule(sample=SAMPLES, name=st.sampled_from(NAMES), value=st.sampled_from([True, False, None]))
    def set_attribute(self, sample: SampleId, name: str, value: bool | None) -> None:
        self.document.do(SetAttribute(sample, name, value))
        self.after_edit(sample)

    @rule(sample=SAMPLES, data=st.binary(min_size=1, max_size=3))
    def draw(self, sample: SampleId, data: bytes) -> None:
        self.document.do(ReplaceSketch(sample, Sketch(data)))
        self.after_edit(sample)

    @rule(sample=SAMPLES, name=st.sampled_from(["skin", "hat"]), width=st.integers(0, 5))
    def set_layer(self, sample: SampleId, name: str, width: int) -> None:
        covered = np.zeros(SHAPE, bool)
        covered[:, :width] = True
        self.document.do(PaintLayer(sample, name, covered))
        self.after_edit(sample)

    @rule(
        sample=SAMPLES,
        dabs=st.lists(st.tuples(st.integers(-5, 125), st.integers(-5, 95)), min_size=1, max_size=4),
        erase=st.sampled_from([None, *Erase]),
        face_class=st.sampled_from([SKIN, HAIR]),
        cancel=st.booleans(),
    )
    def paint(
        self, sample: SampleId, dabs: list[tuple[int, int]], erase: Erase | None, face_class: int, cancel: bool
    ) -> None:
        stroke = self.document.begin_stroke(sample, Operation(face_class, erase))
        for x, y in dabs:
            stroke.cover(Rect(x, y, 9, 9), np.ones((9, 9), bool))
        stroke.cancel() if cancel else stroke.commit()
        if cancel:
            assert self.state(sample) == self.past[sample][-1]
        self.after_edit(sample)

    @rule(sample=SAMPLES)
    def undo(self, sample: SampleId) -> None:
        assert (self.document.undo_label(sample) is None) == (len(self.past[sample]) == 1)
        self.document.undo(sample)
        if len(self.past[sample]) > 1:
            self.future[sample].append(self.past[sample].pop())

    @rule(sample=SAMPLES)
    def redo(self, sample: SampleId) -> None:
        assert (self.document.redo_label(sample) is None) == (not self.future[sample])
        self.document.redo(sample)
        if self.future[sample]:
            self.past[sample].append(self.future[sample].pop())

    @rule()
    def save(self) -> None:
        self.document.save()
        assert self.document.wait(20)
        assert self.document.unsaved() == ()
        self.disk = {s: states[-1] for s, states in self.past.items()}
        fresh = Document(PlainStore(self.root))
        assert {s: self.state(s, fresh) for s in self.past} == self.disk
        if self.disk == self.first:
            assert tree(self.root) == self.originals

    @precondition(lambda self: self.document.unsaved() == ())
    @rule()
    def restart(self) -> None:
        self.document.close()
        self.document = self.opened()
        assert self.document.recovered() == ()

    @precondition(lambda self: len(self.document.unsaved()) > 0)
    @rule(wanted=st.booleans())
    def crash(self, wanted: bool) -> None:
        unsaved = self.document.unsaved()
        self.document.close()
        self.document = self.opened()
        assert sorted(r.sample for r in self.document.recovered()) == sorted(unsaved)
        for sample in unsaved:
            assert self.state(sample) == self.disk[sample]
            if wanted:
                self.document.restore_edits(sample)
            else:
                self.document.discard_edits(sample)
                self.document.save()
                self.past[sample], self.future[sample] = self.without(sample)
        assert self.document.recovered() == ()

    def without(self, sample: SampleId) -> tuple[list[State], list[State]]:
        """After discarding, history stands at the saved state; the model asks the document how far undo and redo go."""
        past: list[State] = []
        future: list[State] = []
        while self.document.undo_label(sample):
            self.document.undo(sample)
        past.append(self.state(sample))
        while self.state(sample) != self.disk[sample] or not past:
            self.document.redo(sample)
            past.append(self.state(sample))
        ahead = 0
        while self.document.redo_label(sample):
            self.document.redo(sample)
            ahead += 1
            future.insert(0, self.state(sample))
        for _ in range(ahead):
            self.document.undo(sample)
        return past, future

    @invariant()
    def values_and_unsaved_agree_with_the_model(self) -> None:
        for sample, states in self.past.items():
            assert self.state(sample) == states[-1]
            if states[-1] != self.disk[sample]:
                assert self.document.is_unsaved(sample)

    def teardown(self) -> None:
        self.document.close()
        shutil.rmtree(self.folder)


TestSessions = Sessions.TestCase
TestSessions.settings = settings(
    max_examples=int(os.environ.get("FACEWRIGHT_SESSIONS", "25")), stateful_step_count=25, deadline=None
)
