"""A class is copied to the other side of the face as one step, as far as the rules allow."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent / "canvas"))

from drawn_store import DrawnStore

from app.document.document import Document
from app.faces.classes import CLASS_BY_NAME, bits_of
from app.faces.errors import InvalidEditError
from app.faces.mask import Binary, MaskLayers
from app.faces.sample import Loaded, SampleId
from app.imaging.compose import Area, Operation
from app.imaging.raster import Rect
from app.ui.mirror_commands import copy_across, is_mirroring, turn_mirror
from app.ui.session import Session

LEFT_BROW = np.s_[30:36, 78:100]


class FaceStore(DrawnStore):
    exclusive = False

    def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]:
        bits = np.zeros((128, 128), np.uint32)
        for place, name in ((np.s_[10:120, 14:114], "skin"), (np.s_[60:70, 54:74], "nose"), (LEFT_BROW, "l_brow")):
            bits[place] = bits_of(name) if self.exclusive else bits[place] | bits_of(name)
        bits[80:90, 110:116] = bits_of("ear_r")
        return Loaded(MaskLayers(bits, self.exclusive))


class ExclusiveStore(FaceStore):
    exclusive = True


@pytest.fixture(params=[FaceStore, ExclusiveStore])
def session(request, tmp_path) -> Iterator[Session]:
    document = Document(request.param(tmp_path))
    session = Session()
    session.document = document
    session.sample = document.store.sample_ids[0]
    document.mask(session.sample)
    yield session
    document.close()


def layer(session: Session, name: str) -> Binary:
    return session.document.mask(session.sample).layer(name)


def hold(session: Session, name: str) -> None:
    session.face_class = CLASS_BY_NAME[name].id


def test_one_of_a_pair_gets_the_mirrored_shape_of_the_other(session) -> None:
    before = session.document.mask(session.sample).copy()
    hold(session, "l_brow")
    copy_across(session)
    assert np.array_equal(layer(session, "r_brow"), layer(session, "l_brow")[:, ::-1])
    assert session.document.undo_label(session.sample) == "Copy l_brow to r_brow"
    session.document.undo(session.sample)
    assert session.document.mask(session.sample).equals(before)


def test_what_was_there_before_is_replaced(session) -> None:
    document, sample = session.document, session.sample
    stroke = document.begin_stroke(sample, Operation(CLASS_BY_NAME["r_brow"].id))
    stroke.cover(Rect(20, 20, 40, 8), np.ones((8, 40), bool))
    stroke.commit()
    hold(session, "l_brow")
    copy_across(session)
    left, right = layer(session, "l_brow"), layer(session, "r_brow")
    assert right.sum() == left.sum()
    assert right[30:36, 28:50].mean() > 0.8
    assert not right[20:25].any()


def test_a_class_without_a_pair_is_added_on_the_other_side(session) -> None:
    hold(session, "ear_r")
    copy_across(session)
    ring = layer(session, "ear_r")
    assert np.array_equal(ring, ring[:, ::-1])
    assert ring.sum() == 120
    assert session.document.undo_label(session.sample) == "Copy ear_r to the other side"


@pytest.mark.parametrize(("name", "message"), [("l_ear", "no left ear"), ("background", "choose a class")])
def test_what_is_not_there_is_not_copied(session, name, message) -> None:
    hold(session, name)
    with pytest.raises(InvalidEditError, match=message):
        copy_across(session)


def test_a_locked_side_is_left_alone_and_told(session) -> None:
    hold(session, "l_brow")
    session.locked = bits_of("r_brow")
    with pytest.raises(InvalidEditError, match="Right eyebrow is locked"):
        copy_across(session)
    assert not layer(session, "r_brow").any()


def test_the_editable_area_is_kept_to(session) -> None:
    hold(session, "ear_r")
    session.area, session.area_class = Area.INSIDE, CLASS_BY_NAME["hair"].id
    with pytest.raises(InvalidEditError, match="leave nothing"):
        copy_across(session)
    assert layer(session, "ear_r").sum() == 60


def test_the_mirror_is_turned_on_and_off() -> None:
    session, told = Session(), []
    session.option_changed.connect(told.append)
    turn_mirror(session)
    assert is_mirroring(session)
    turn_mirror(session)
    assert not is_mirroring(session)
    assert told == ["brush.mirror", "brush.mirror"]
