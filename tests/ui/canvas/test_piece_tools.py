"""Pieces are moved, nudged and renamed as one step each, under every restriction."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mask_studio import BROW_AT, CLOTH, HAIR, L_BROW, L_EYE, NOSE, OTHER_BROW_AT, R_BROW, R_EYE, SKIN, Studio

from app.faces.errors import InvalidEditError
from app.imaging.compose import Area
from app.imaging.intensity import Channel, PhotoRange
from app.ui import mask_verbs
from app.ui.canvas.tools.move import MoveTool
from app.ui.canvas.tools.relabel import RelabelTool
from app.ui.canvas.tools.tool import Hand

ON_BROW = (BROW_AT.x + 2.5, BROW_AT.y + 1.5)
ON_OTHER = (OTHER_BROW_AT.x + 2.5, OTHER_BROW_AT.y + 1.5)
UP, SHIFT = (0, -1), Hand(shift=True)


@pytest.fixture
def studio(qapp, tmp_path: Path) -> Iterator[Studio]:
    made = Studio(tmp_path)
    yield made
    made.close()


@pytest.fixture
def indexed(qapp, tmp_path: Path) -> Iterator[Studio]:
    made = Studio(tmp_path, exclusive=True)
    yield made
    made.close()


def layer(studio: Studio, face_class) -> np.ndarray:
    return (studio.bits & face_class.bit) != 0


def labels(studio: Studio) -> list[str]:
    return [step.label for step in studio.document.history(studio.sample)]


def test_a_dragged_piece_moves_by_whole_pixels_as_one_step(studio: Studio) -> None:
    tool = studio.tool(MoveTool)
    tool.press(ON_BROW)
    tool.move((ON_BROW[0] + 3.4, ON_BROW[1] + 8.6))
    assert np.array_equal(studio.bits, studio.before)
    tool.release()
    wanted = np.zeros_like(layer(studio, L_BROW))
    wanted[BROW_AT.y + 9 : BROW_AT.y + 13, BROW_AT.x + 3 : BROW_AT.x + 19] = True
    assert np.array_equal(layer(studio, L_BROW), wanted)
    assert np.array_equal(layer(studio, L_EYE), (studio.before & L_EYE.bit) != 0)
    assert labels(studio) == ["Move l_brow"]
    studio.document.undo(studio.sample)
    assert np.array_equal(studio.bits, studio.before)


def test_esc_while_dragging_changes_nothing(studio: Studio) -> None:
    tool = studio.tool(MoveTool)
    tool.press(ON_BROW)
    tool.move((10.0, 10.0))
    tool.cancel()
    assert not tool.is_pending
    assert tool.preview.is_empty
    assert np.array_equal(studio.bits, studio.before)


def test_what_was_undone_under_the_hand_stays_undone(studio: Studio) -> None:
    mask = studio.document.mask(studio.sample)
    studio.put(np.where(mask.bits == 0, np.uint32(CLOTH.bit), mask.bits))
    tool = studio.tool(MoveTool)
    tool.press(ON_BROW)
    tool.move((ON_BROW[0] + 3, ON_BROW[1]))
    studio.document.undo(studio.sample)
    before = studio.bits.copy()
    tool.release()
    assert np.array_equal(studio.bits, before)
    assert studio.document.redo_label(studio.sample) == "Put"
    assert not tool.is_pending


def test_nudges_are_one_step_and_lose_nothing_on_the_way(indexed: Studio) -> None:
    tool = indexed.tool(MoveTool)
    tool.press(ON_BROW)
    tool.release()
    for _ in range(12):  # over the eye and on: in an index map every step in between covers some of it
        assert tool.nudge(0, 1)
    assert labels(indexed) == ["Move l_brow"]
    gone = (layer(indexed, L_EYE) != ((indexed.before & L_EYE.bit) != 0)).sum()
    assert gone == 2 * 12
    for _ in range(12):
        assert tool.nudge(*UP)
    assert np.array_equal(indexed.bits, indexed.before)
    assert labels(indexed) == []


def test_nudging_goes_on_after_undo(studio: Studio) -> None:
    tool = studio.tool(MoveTool)
    tool.press(ON_BROW)
    tool.release()
    assert tool.nudge(5, 0)
    studio.document.undo(studio.sample)
    assert tool.nudge(0, 2)
    wanted = np.zeros_like(layer(studio, L_BROW))
    wanted[BROW_AT.y + 2 : BROW_AT.y + 6, BROW_AT.x : BROW_AT.x + 16] = True
    assert np.array_equal(layer(studio, L_BROW), wanted)


def test_a_piece_is_let_go_when_the_mask_or_the_rules_became_others(studio: Studio) -> None:
    tool = studio.tool(MoveTool)
    tool.press(ON_BROW)
    tool.release()
    assert tool.nudge(1, 0)
    studio.put(np.where(studio.bits == 0, np.uint32(CLOTH.bit), studio.bits))
    assert not tool.nudge(1, 0)
    tool.press(ON_BROW)
    tool.release()
    studio.session.locked = SKIN.bit
    assert not tool.nudge(1, 0)
    assert np.array_equal(studio.bits, studio.before)


def test_a_locked_piece_is_not_taken_up(studio: Studio) -> None:
    studio.session.locked = L_BROW.bit
    tool = studio.tool(MoveTool)
    tool.press(ON_BROW)
    assert studio.refused == ["Left eyebrow is locked; unlock it first"]
    assert not tool.nudge(1, 0)


def test_the_topmost_visible_piece_is_meant(studio: Studio) -> None:
    tool = studio.tool(MoveTool)
    studio.session.visible &= ~L_BROW.bit
    tool.press(ON_BROW)
    tool.move((ON_BROW[0], ON_BROW[1] + 1))
    tool.release()
    assert labels(studio) == ["Move skin"]


def test_a_click_makes_a_piece_the_class_in_hand(studio: Studio) -> None:
    studio.session.face_class = L_BROW.id
    tool = studio.tool(RelabelTool)
    tool.hover(ON_OTHER)
    assert not tool.preview.is_empty
    assert np.array_equal(studio.bits, studio.before)
    tool.press(ON_OTHER)
    assert not layer(studio, R_BROW).any()
    assert np.array_equal(layer(studio, L_BROW), ((studio.before & (L_BROW.bit | R_BROW.bit)) != 0))
    assert labels(studio) == ["Relabel r_brow as l_brow"]


def test_with_shift_all_pieces_of_the_class_become_it(studio: Studio) -> None:
    bits = studio.bits.copy()
    bits[85:88, 5:9] |= R_BROW.bit
    studio.put(bits)
    studio.session.face_class = CLOTH.id
    studio.tool(RelabelTool).press(ON_OTHER, SHIFT)
    assert np.array_equal(layer(studio, CLOTH), (bits & R_BROW.bit) != 0)


def test_relabelling_obeys_area_range_and_locks(studio: Studio) -> None:
    studio.session.face_class = CLOTH.id
    tool = studio.tool(RelabelTool)
    studio.session.area, studio.session.area_class = Area.OUTSIDE, R_BROW.id
    tool.press(ON_OTHER)
    studio.session.area = Area.EVERYWHERE
    studio.session.photo_range = PhotoRange(Channel.RED, 0, 100)
    tool.press(ON_OTHER)
    assert studio.refused == ["locks, editable area and range leave nothing to change here"] * 2
    studio.session.photo_range = None
    studio.session.locked = CLOTH.bit
    tool.press(ON_OTHER)
    assert studio.refused[2:] == ["Clothing is locked; unlock it first"]
    assert np.array_equal(studio.bits, studio.before)


# The verbs of the menu


def test_the_sides_of_a_pair_change_places(studio: Studio) -> None:
    studio.session.face_class = R_EYE.id
    mask_verbs.swap_pair(studio.session)
    assert np.array_equal(layer(studio, L_EYE), (studio.before & R_EYE.bit) != 0)
    assert np.array_equal(layer(studio, R_EYE), (studio.before & L_EYE.bit) != 0)
    assert np.array_equal(layer(studio, L_BROW), (studio.before & L_BROW.bit) != 0)
    assert labels(studio) == ["Swap l_eye and r_eye"]


def test_all_pairs_change_places_but_those_with_a_lock(studio: Studio) -> None:
    studio.session.locked = R_BROW.bit
    mask_verbs.swap_all(studio.session)
    assert np.array_equal(layer(studio, L_EYE), (studio.before & R_EYE.bit) != 0)
    assert np.array_equal(layer(studio, L_BROW), (studio.before & L_BROW.bit) != 0)
    studio.session.face_class = L_BROW.id
    with pytest.raises(InvalidEditError, match="Right eyebrow is locked"):
        mask_verbs.swap_pair(studio.session)


def test_a_class_without_a_side_is_not_swapped(studio: Studio) -> None:
    studio.session.face_class = NOSE.id
    with pytest.raises(InvalidEditError, match="not one of a pair"):
        mask_verbs.swap_pair(studio.session)


def test_a_class_comes_from_the_sample_before(studio: Studio) -> None:
    bits = studio.bits & ~np.uint32(HAIR.bit)
    studio.put(bits)
    studio.session.face_class = HAIR.id
    mask_verbs.copy_previous(studio.session)
    assert labels(studio)[-1] == "Copy hair from sample 1"
    assert np.array_equal(studio.bits & ~np.uint32(HAIR.bit), bits)
    assert layer(studio, HAIR)[8:26, 14:82].all()
    studio.session.face_class = CLOTH.id
    with pytest.raises(InvalidEditError, match="sample 1 has no clothing"):
        mask_verbs.copy_previous(studio.session)


def test_the_first_sample_has_none_before_it(studio: Studio) -> None:
    studio.session.sample = studio.document.store.sample_ids[0]
    with pytest.raises(InvalidEditError, match="no sample before this one"):
        mask_verbs.copy_previous(studio.session)


def test_a_class_comes_back_from_its_file(studio: Studio) -> None:
    studio.put(np.full_like(studio.bits, CLOTH.bit))
    studio.session.face_class = NOSE.id
    mask_verbs.copy_saved(studio.session)
    assert layer(studio, NOSE)[40:60, 44:52].all()
    assert layer(studio, CLOTH).all()
    assert labels(studio)[-1] == "Take nose from its file"


def test_lifting_the_restrictions_leaves_none(studio: Studio) -> None:
    session = studio.session
    session.area, session.locked, session.background_locked = Area.BACKGROUND, 5, True
    mask_verbs.turn_range(session)
    assert session.photo_range is not None
    mask_verbs.lift_restrictions(session)
    assert session.rules() == type(session)().rules()
    assert session.photo_range is None


def test_the_next_rule_for_others_makes_sense_on_the_mask(indexed: Studio, studio: Studio) -> None:
    for desk, count in ((studio, 5), (indexed, 3)):
        seen = []
        for _ in range(count):
            mask_verbs.next_others(desk.session)
            seen.append(desk.session.others)
        assert len(set(seen)) == count
        mask_verbs.next_others(desk.session)
        assert desk.session.others is seen[0]
