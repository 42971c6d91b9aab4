"""What lies over the canvas: marked overlaps, cards, guides, rulers, the mini-map, another paint order."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Desk
from drawn_store import DrawnStore
from mouse import NONE, drag, move, press
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.document.edits import MaskEdit
from app.faces.classes import CLASS_BY_NAME, OFFICIAL_PAINT_ORDER, SCHEME_BY_NAME
from app.faces.mask import flatten
from app.faces.palettes import NATIVE
from app.imaging.overlaps import loses
from app.ui.canvas.aids import AIDS, FIRST_AIDS
from app.ui.canvas.decorations import BUILT_IN
from app.ui.canvas.decorations.card import Line
from app.ui.canvas.decorations.hover_card import HoverCard
from app.ui.canvas.decorations.lost_pixels import lost_table
from app.ui.canvas.decorations.mini_map import MiniMap
from app.ui.canvas.decorations.paint_order_badge import PaintOrderBadge
from app.ui.canvas.decorations.rulers import Rulers, step_of
from app.ui.seeing_commands import aids_of, text_of

SKIN, NOSE, HAIR = (CLASS_BY_NAME[name] for name in ("skin", "nose", "hair"))
NOSE_FIRST = (NOSE.id, *(k for k in OFFICIAL_PAINT_ORDER if k != NOSE.id))


def pixels(desk: Desk) -> np.ndarray:
    """(H, W) words of what the canvas shows, without what lies on it as widgets."""
    canvas = desk.canvas
    image = QImage(canvas.device_size(), QImage.Format.Format_RGB32)
    canvas.render(image, QPoint(), renderFlags=canvas.RenderFlag(0))
    words = np.frombuffer(image.constBits(), np.uint32)
    return words.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()].copy()


def hover(desk: Desk, x: float, y: float) -> None:
    move(desk, desk.position(x, y), held=NONE)


def layer_size(desk: Desk, bit: int) -> int:
    return int(np.count_nonzero(desk.bits & bit))


@pytest.mark.parametrize("aid", AIDS)
def test_an_aid_changes_no_pixel_of_the_mask_and_goes_without_a_trace(desk, aid) -> None:
    desk.canvas.viewport.show_at(2, QPointF(0.45, 0.55))
    plain, mask = desk.canvas.grab().toImage(), desk.bits.copy()
    desk.session.aids = frozenset({aid})
    hover(desk, 256, 256)
    QTest.qWait(60)
    assert desk.canvas.grab().toImage() != plain
    desk.session.aids = frozenset()
    QApplication.sendEvent(desk.canvas, QEvent(QEvent.Type.Leave))
    assert desk.canvas.grab().toImage() == plain
    assert np.array_equal(desk.bits, mask)


def test_nothing_is_drawn_or_asked_while_all_is_off(desk) -> None:
    assert {kind for kind in BUILT_IN if desk.canvas.decorations[kind].is_on} == set()


@pytest.mark.parametrize("aid", AIDS)
@pytest.mark.parametrize("zoom", [1, 4])
def test_a_stroke_under_an_aid_repaints_as_a_full_repaint_would(cloth, aid, zoom) -> None:
    cloth.session.aids = frozenset({aid})
    cloth.canvas.viewport.show_at(zoom, QPointF(0.5, 0.5))
    drag(cloth, [cloth.position(x, 250) for x in range(236, 276, 4)])
    QApplication.sendEvent(cloth.canvas, QEvent(QEvent.Type.Leave))
    QTest.qWait(220)
    shown = cloth.canvas.grab().toImage()
    cloth.canvas.refresh()
    assert cloth.canvas.grab().toImage() == shown


def test_lost_pixels_are_marked_where_flattening_loses_and_nowhere_else(desk) -> None:
    desk.canvas.viewport.show_at(1, QPointF(0.5, 0.5))
    plain = pixels(desk)
    desk.session.aids = frozenset({"lost_pixels"})
    where = pixels(desk) != plain
    lost = np.kron(loses(desk.bits, paint_order=OFFICIAL_PAINT_ORDER), np.ones((2, 2), bool))
    place = desk.canvas.placement()
    height, width = where.shape
    part = lost[-place.y : height - place.y, -place.x : width - place.x]
    assert not (where & ~part).any()
    assert 0.4 < np.count_nonzero(where) / np.count_nonzero(part) < 0.6
    desk.session.marked_pair = NOSE.id, SKIN.id
    only = pixels(desk) != plain
    assert np.count_nonzero(only) < np.count_nonzero(where)
    assert not (only & ~where).any()


def test_marks_follow_the_hand_while_it_draws(cloth) -> None:
    cloth.session.others_name = "allow overlap"
    cloth.session.aids = frozenset({"lost_pixels"})
    cloth.canvas.viewport.show_at(2, QPointF(0.5, 0.55))
    press(cloth, cloth.position(240, 320))
    move(cloth, cloth.position(252, 320))
    QApplication.processEvents()
    drawn = pixels(cloth)
    cloth.session.aids = frozenset()
    x, y = cloth.position(244, 320).toPoint().toTuple()
    assert (drawn[y : y + 8, x : x + 8] != pixels(cloth)[y : y + 8, x : x + 8]).any()
    cloth.canvas.cancel()


def test_the_table_of_a_pair_names_only_that_pair() -> None:
    table = lost_table(OFFICIAL_PAINT_ORDER, (NOSE.id, SKIN.id), NATIVE)
    assert table[SKIN.bit | NOSE.bit] != 0
    assert table[SKIN.bit | HAIR.bit] == 0
    assert table[SKIN.bit | NOSE.bit | HAIR.bit] == 0
    every = lost_table(OFFICIAL_PAINT_ORDER, None, NATIVE)
    assert every[SKIN.bit] == every[0] == 0
    assert every[SKIN.bit | NOSE.bit | HAIR.bit] == every[NOSE.bit | HAIR.bit]  # nose is lost first below the hair


def test_another_paint_order_is_seen_told_and_left_and_touches_nothing(desk) -> None:
    badge = desk.canvas.decorations[PaintOrderBadge].button
    plain, mask = pixels(desk), desk.bits.copy()
    assert badge.isHidden()
    desk.session.shown_order = SCHEME_BY_NAME["farl"].paint_order
    assert badge.text() == "Seen in the order: FaRL, facer, SegFace  ✕"
    desk.session.shown_order = NOSE_FIRST
    assert badge.text() == "Seen in the order: my own  ✕"
    assert (pixels(desk) != plain).any()
    assert desk.session.paint_order == NOSE_FIRST
    assert desk.document.store.paint_order == OFFICIAL_PAINT_ORDER
    badge.click()
    assert desk.session.shown_order is None
    assert badge.isHidden()
    assert np.array_equal(pixels(desk), plain)
    assert np.array_equal(desk.bits, mask)
    assert not desk.document.is_unsaved(desk.session.sample)


def test_painting_in_another_order_shows_what_is_painted(cloth) -> None:
    last = (*(k for k in OFFICIAL_PAINT_ORDER if k != SKIN.id), SKIN.id)
    cloth.session.shown_order = last
    cloth.session.face_class = NOSE.id
    drag(cloth, [cloth.position(200, 330), cloth.position(220, 330)])
    assert int(flatten(cloth.bits, last)[330, 210]) == NOSE.id


def test_the_order_ends_with_the_dataset(desk) -> None:
    desk.session.shown_order = NOSE_FIRST
    desk.session.document = None
    assert desk.session.shown_order is None
    desk.session.document = desk.document


def test_the_card_names_the_pile_from_the_top_with_areas_and_pieces(desk, qtbot) -> None:
    desk.session.aids = frozenset({"hover_card"})
    card = desk.canvas.decorations[HoverCard].card
    apart = desk.bits.copy()
    apart[470:474, 20:24] |= np.uint32(NOSE.bit)
    edit = MaskEdit.between(desk.session.sample, desk.bits, apart, "add a piece")
    desk.document.do(edit)
    hover(desk, 256, 312)
    qtbot.waitUntil(lambda: bool(card.lines))
    share = 100 / desk.bits.size
    nose, skin = layer_size(desk, NOSE.bit), layer_size(desk, SKIN.bit)
    assert [line.text for line in card.lines if not line.is_quiet] == ["Nose", "under it: Skin"]
    assert card.lines[0].figure == (f"{nose:,} px · {nose * share:.1f} % · 2 pieces, this one {nose - 16:,} px")
    assert card.lines[1].figure == f"{skin:,} px · {skin * share:.1f} %"
    assert card.lines[2:] == (Line("captions: face", is_quiet=True),)
    hover(desk, 22, 472)
    qtbot.waitUntil(lambda: card.lines[0].figure.endswith("2 pieces, this one 16 px"))
    QApplication.sendEvent(desk.canvas, QEvent(QEvent.Type.Leave))
    assert card.isHidden()


def test_the_card_keeps_away_from_the_pointer(desk, qtbot) -> None:
    desk.session.aids = frozenset({"hover_card"})
    card = desk.canvas.decorations[HoverCard].card
    for x, y in ((20, 500), (256, 256), (20, 20)):
        hover(desk, x, y)
        QTest.qWait(60)
        assert not card.geometry().contains(desk.position(x, y).toPoint())
        assert desk.canvas.rect().contains(card.geometry())


def test_the_map_is_there_while_not_all_is_seen_and_goes_where_it_is_pressed(desk, qtbot) -> None:
    drawn = desk.canvas.decorations[MiniMap].map
    desk.session.aids = FIRST_AIDS
    assert drawn.isHidden()
    desk.canvas.viewport.show_at(4, QPointF(0.5, 0.5))
    assert drawn.isVisible()
    seen = drawn.seen()
    assert seen.center().x() == pytest.approx(drawn.width() / 2, abs=1)
    assert seen.width() == pytest.approx(drawn.width() * desk.canvas.width() / (4 * 1024), abs=1)
    QTest.mouseClick(drawn, Qt.MouseButton.LeftButton, pos=QPoint(30, 40))
    centre = desk.canvas.viewport.centre
    assert (centre.x(), centre.y()) == pytest.approx((30 / drawn.width(), 40 / drawn.height()))
    assert desk.canvas.viewport.zoom == 4
    desk.canvas.viewport.fit()
    assert drawn.isHidden()


def test_the_map_shows_an_edit_when_the_hand_rests(cloth, qtbot) -> None:
    cloth.session.aids = FIRST_AIDS
    cloth.canvas.viewport.show_at(4, QPointF(0.5, 0.5))
    drawn = cloth.canvas.decorations[MiniMap].map
    QTest.qWait(200)
    before = drawn.grab().toImage()
    cloth.session.brush_size = 60
    drag(cloth, [cloth.position(240, 250), cloth.position(270, 250)])
    qtbot.waitUntil(lambda: drawn.grab().toImage() != before)


def test_rulers_tell_how_far_the_class_held_reaches(desk) -> None:
    desk.session.face_class = NOSE.id
    desk.session.aids = frozenset({"rulers"})
    rulers = desk.canvas.decorations[Rulers]
    rows, columns = (np.flatnonzero((desk.bits & NOSE.bit).any(axis=axis)) for axis in (1, 0))
    assert rulers.across.extent[:2] == (columns[0], columns[-1] + 1)
    assert rulers.down.extent[:2] == (rows[0], rows[-1] + 1)
    desk.session.face_class = CLASS_BY_NAME["hat"].id
    assert rulers.across.extent is None
    assert (rulers.across.width(), rulers.down.x()) == (desk.canvas.width(), 0)


@pytest.mark.parametrize(("scale", "step"), [(1, 50), (2, 50), (0.1, 500), (8, 10), (64, 1), (1000, 1)])
def test_numbers_on_a_ruler_have_room(scale, step) -> None:
    assert step_of(scale) == step


def test_the_pixel_grid_can_be_switched_off(desk) -> None:
    desk.canvas.viewport.show_at(16, QPointF(0.5, 0.5))
    gridded = pixels(desk)
    desk.session.grid_on = False
    assert (pixels(desk) != gridded).any()
    desk.session.grid_on = True
    assert np.array_equal(pixels(desk), gridded)


def test_aids_are_kept_as_words() -> None:
    assert aids_of("") == FIRST_AIDS
    assert aids_of(text_of(frozenset())) == frozenset()
    assert aids_of(text_of(frozenset(AIDS))) == frozenset(AIDS)
    assert aids_of("rulers nonsense") == {"rulers"}


def test_a_mask_without_a_face_has_no_axis(desk_on, tmp_path) -> None:
    desk = desk_on(DrawnStore(tmp_path))
    plain = desk.canvas.grab().toImage()
    empty = MaskEdit.between(desk.session.sample, desk.bits, np.zeros_like(desk.bits), "empty")
    desk.document.do(empty)
    bare = desk.canvas.grab().toImage()
    assert bare != plain
    desk.session.aids = frozenset({"face_axis"})
    assert desk.canvas.grab().toImage() == bare
