"""What looks do to the picture on the canvas, and that they do nothing to anything else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn_store import DrawnStore, drawn_mask, drawn_photo, encoded
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.faces.classes import CLASS_BY_NAME, bits_of
from app.imaging.adjustment import Adjustment, adjusted
from app.imaging.intensity import Channel
from app.imaging.overlay import OverlayStyle, fill_table
from app.ui.canvas.decorations.initials import Initials
from app.ui.canvas.frames import Role
from app.ui.canvas.layers import ComposedPicture, EncodedPhoto, image_of
from app.ui.looks import INITIALS, Looks
from app.ui.session import Session

ALT = Qt.KeyboardModifier.AltModifier
RED = Looks(channel=Channel.RED.value, contrast=0.25)


def pixels(image: QImage) -> np.ndarray:
    """(H, W, 4) bytes B G R A."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def wheel(widget, delta: QPoint, modifiers=ALT) -> None:
    position = QPointF(60, 60)
    event = QWheelEvent(
        position, widget.mapToGlobal(position), QPoint(), delta, Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize("delta", [QPoint(0, 120), QPoint(120, 0)])
def test_alt_and_wheel_change_the_opacity_and_not_the_zoom(desk, delta) -> None:
    zoom = desk.canvas.viewport.zoom
    wheel(desk.canvas, delta)
    wheel(desk.canvas, delta)
    wheel(desk.canvas, -delta)
    assert desk.session.opacity == 0.55
    assert desk.canvas.viewport.zoom == zoom
    desk.session.bare = True
    wheel(desk.canvas, delta)
    assert desk.session.opacity == 0.55


def test_the_mask_alone_hides_every_pixel_of_the_photo(desk) -> None:
    session = desk.session
    session.overlay_style, session.opacity = "outline", 0.1
    session.looks = replace(session.looks, shares=(0.5,) * 19)
    session.mask_alone = True
    shown = desk.canvas.picture.image(bare=False)
    words = pixels(shown).view(np.uint32)[..., 0]
    table = fill_table(OverlayStyle(opacity=1.0)).copy()
    table[0] = 0xFF000000
    scale = shown.width() // desk.bits.shape[1]
    assert np.array_equal(words[::scale, ::scale], table[desk.bits])
    assert desk.canvas.framing().lines is None
    session.mask_alone = False
    assert desk.canvas.framing().lines is not None


def test_the_mask_alone_is_seen_while_the_overlay_is_off(desk) -> None:
    desk.session.overlay_on = False
    assert not desk.canvas.shows_overlay
    desk.session.mask_alone = True
    assert desk.canvas.shows_overlay


def test_a_share_of_the_opacity_changes_its_class_only(desk) -> None:
    before = pixels(desk.canvas.picture.image(bare=False))
    hair = CLASS_BY_NAME["hair"]
    desk.session.looks = desk.session.looks.with_share(hair.id, 0.2)
    after = pixels(desk.canvas.picture.image(bare=False))
    scale = after.shape[0] // desk.bits.shape[0]
    differs = (before != after).any(axis=2)[::scale, ::scale]
    top = fill_table(desk.session.fill_style())[desk.bits] == fill_table(desk.session.fill_style())[hair.bit]
    assert differs.any()
    assert not (differs & ~top).any()


@pytest.mark.parametrize(("line_px", "style"), [(1, "outline"), (3, "outline"), (2, "hatch")])
@pytest.mark.parametrize("zoom", [1, 8])
def test_outlines_are_as_wide_as_was_wished_at_any_zoom(desk, line_px, style, zoom) -> None:
    session = desk.session
    session.overlay_style, session.looks = style, replace(session.looks, line_px=line_px)
    desk.area.viewport.show_at(zoom, QPointF(0.5, 0.5))
    framing = desk.canvas.framing()
    assert (framing.line_px, framing.is_hatched) == (line_px, style == "hatch")
    assert desk.canvas.outline_width() == line_px * round(desk.canvas.devicePixelRatioF())


def test_adjusted_photos_are_seen_in_both_views_and_change_nothing_else(desk) -> None:
    session, mask = desk.session, desk.bits.tobytes()
    bare = pixels(desk.canvas.picture.photo)
    as_array = session.photo.rgb(desk.bits.shape).copy()
    session.looks = RED
    expected = adjusted(bare, Adjustment(contrast=0.25, channel=Channel.RED))
    assert np.array_equal(pixels(desk.canvas.picture.image(bare=True)), expected)
    assert np.array_equal(pixels(desk.area.reference.picture.image(bare=True)), expected)
    assert np.array_equal(pixels(desk.canvas.picture.photo), bare)
    assert np.array_equal(session.photo.rgb(desk.bits.shape), as_array)
    assert desk.bits.tobytes() == mask
    session.looks = Looks()
    assert np.array_equal(pixels(desk.canvas.picture.image(bare=True)), bare)


def test_the_photo_before_is_adjusted_too(desk) -> None:
    desk.area.reference.before = True
    assert desk.area.reference.picture is not desk.canvas.picture
    desk.session.looks = RED
    assert desk.area.reference.picture.adjustment == desk.canvas.picture.adjustment == RED.adjustment


def test_samples_drawn_ahead_show_the_adjusted_photo(desk, qtbot) -> None:
    desk.session.looks = RED
    following = desk.store.sample_ids[1]

    def is_drawn() -> bool:
        view = desk.loader.view(following)
        return view is not None and view.look is desk.loader.look and view.look.adjustment == RED.adjustment

    qtbot.waitUntil(is_drawn)
    frame = pixels(desk.loader.view(following).frames[Role.REFERENCE].image)
    assert (frame[..., 0] == frame[..., 1]).all()
    assert (frame[..., 1] == frame[..., 2]).all()
    with qtbot.waitSignal(desk.loader.loaded):
        desk.session.step(1)
    assert desk.canvas._frame is not None
    assert desk.canvas.picture.adjustment == RED.adjustment


def test_samples_drawn_before_the_photo_was_adjusted_are_drawn_anew(desk, qtbot) -> None:
    following = desk.store.sample_ids[1]
    qtbot.waitUntil(lambda: desk.loader.view(following) is not None)
    desk.session.looks = RED
    desk.session.sample = following
    qtbot.waitUntil(lambda: desk.canvas.view is not None)
    assert desk.canvas.picture.adjustment == RED.adjustment
    assert desk.canvas._frame is None


def test_a_badge_says_that_the_photo_is_not_seen_as_it_is(desk) -> None:
    badge = desk.canvas.findChild(object, "photoBadge")
    assert not badge.isVisible()
    desk.session.looks = Looks(line_px=2, brightness=0.2, contrast=-0.1, gamma=1.44, channel="red")
    assert badge.isVisible()
    assert badge.text() == "Photo: red, brightness +20, contrast -10, gamma 1.44  ✕"
    assert badge.geometry().bottom() < desk.canvas.height()
    QTest.mouseClick(badge, Qt.MouseButton.LeftButton)
    assert desk.session.looks == Looks(line_px=2)
    assert not badge.isVisible()


def test_initials_lie_on_their_classes_and_follow_the_mask(desk) -> None:
    desk.area.viewport.show_at(4, QPointF(0.5, 0.5))
    without = desk.canvas.grab().toImage()
    desk.session.looks = replace(desk.session.looks, has_initials=True)
    assert desk.canvas.grab().toImage() != without
    initials = desk.canvas.decorations[Initials]
    tops = fill_table(OverlayStyle())[desk.bits]
    places = initials._places
    assert places
    for place in places:
        assert INITIALS[place.class_id]
        assert tops[int(place.y), int(place.x)] == fill_table(OverlayStyle())[1 << (place.class_id - 1)]
    desk.session.visible = bits_of("skin")
    desk.canvas.grab()
    assert {place.class_id for place in initials._places} == {CLASS_BY_NAME["skin"].id}
    desk.session.bare = True
    assert not initials.is_on


def test_initials_wanted_at_the_start_are_there(desk_on, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(Session.__dict__["looks"], "_default", Looks(has_initials=True))
    desk = desk_on(DrawnStore(tmp_path))
    desk.canvas.grab()
    assert desk.canvas.decorations[Initials].is_on
    assert desk.canvas.decorations[Initials]._places


@pytest.mark.parametrize(("photo_side", "mask_side"), [(1024, 512), (256, 512), (500, 300)])
def test_adjusting_later_equals_composing_so_at_once(photo_side, mask_side) -> None:
    style, bits = OverlayStyle(), drawn_mask(mask_side).bits
    photo, kept = image_of(drawn_photo(3, photo_side)), EncodedPhoto(encoded(3, photo_side))
    at_once = ComposedPicture(photo, bits, style, kept, RED.adjustment)
    later = ComposedPicture(photo, bits, style, kept)
    for level in (0, 1):
        later.image(bare=False, level=level)
    revision = later.revision
    later.adjust(RED.adjustment)
    assert later.revision > revision
    for turn in range(2):
        for level in (0, 1):
            for bare in (False, True):
                assert later.image(bare=bare, level=level) == at_once.image(bare=bare, level=level)
        if not turn:
            later.drop_photo()
            assert later.nbytes < 2 * len(kept.data)
    later.adjust(Adjustment())
    assert later.image(bare=True) == later.photo
