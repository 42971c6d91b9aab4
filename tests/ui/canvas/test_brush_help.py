"""What helps the hand: strings, mirrors, closing, holes, smudging and pens, with real events."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Desk
from drawn_store import DrawnStore, drawn_mask
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.faces.classes import CLASS_BY_NAME, bits_of
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Modality, SampleId
from app.imaging.compose import Operation, apply
from app.imaging.footprint import BrushShape, footprint, swept

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
CLOTH, BROW = CLASS_BY_NAME["cloth"], CLASS_BY_NAME["l_brow"]


class FaceStore(DrawnStore):
    """A face whose axis is the column x = 256 exactly."""

    def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]:
        loaded = super().read_mask(sample)
        if loaded.value is None:
            return loaded
        bits = loaded.value.bits & bits_of("hair")  # skin and nose are half a pixel beside it
        bits[230:240, 176:196] |= bits_of("r_eye")
        bits[230:240, 316:336] |= bits_of("l_eye")
        return Loaded(MaskLayers(bits))


@pytest.fixture
def face(desk_on, tmp_path) -> Desk:
    desk = desk_on(FaceStore(tmp_path))
    desk.session.face_class = BROW.id
    return desk


@pytest.fixture
def cloth(desk) -> Desk:
    desk.session.face_class = CLOTH.id
    return desk


def send(desk: Desk, kind: QEvent.Type, position: QPointF, button=NONE, held=LEFT) -> None:
    canvas = desk.canvas
    event = QMouseEvent(kind, position, canvas.mapToGlobal(position), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


def press(desk: Desk, *point: float) -> None:
    send(desk, QEvent.Type.MouseButtonPress, desk.position(*point), LEFT)


def move(desk: Desk, *point: float, held=LEFT) -> None:
    send(desk, QEvent.Type.MouseMove, desk.position(*point), NONE, held)


def release(desk: Desk, *point: float) -> None:
    send(desk, QEvent.Type.MouseButtonRelease, desk.position(*point), LEFT, NONE)


def drag(desk: Desk, points: list[tuple[float, float]]) -> None:
    press(desk, *points[0])
    for point in points[1:]:
        move(desk, *point)
    release(desk, *points[-1])


def layer(desk: Desk, name: str) -> np.ndarray:
    return desk.bits & CLASS_BY_NAME[name].bit != 0


def undone(desk: Desk) -> np.ndarray:
    desk.document.undo(desk.session.sample)
    return desk.bits


# The mirror


@pytest.mark.parametrize("size", [1, 2, 7, 12])
def test_a_mirrored_stroke_paints_the_pair_alike(face, size) -> None:
    session, before = face.session, face.bits.copy()
    session.set_option("brush.mirror", True)
    session.brush_size = size
    drag(face, [(310.3, 215.6), (340.7, 220.2), (341, 233)])
    own, other = layer(face, "l_brow"), layer(face, "r_brow")
    assert own.any()
    assert not own[:, :256].any()
    # Halves of pixels on the way are rounded to the right on either side.
    assert (own[:, 256:] ^ other[:, :256][:, ::-1]).sum() <= max(2, 0.02 * own.sum())
    assert face.document.undo_label(session.sample) == "Brush l_brow"
    assert np.array_equal(undone(face), before)


def test_a_mirrored_dab_is_exact(face) -> None:
    face.session.set_option("brush.mirror", True)
    for size in (1, 2, 5, 12):
        face.session.brush_size = size
        drag(face, [(300.4 + 3 * size, 300.7)])
    own, other = layer(face, "l_brow"), layer(face, "r_brow")
    assert np.array_equal(own[:, 256:], other[:, :256][:, ::-1])


def test_where_both_sides_meet_the_side_of_the_hand_has_the_pixel(face) -> None:
    face.session.set_option("brush.mirror", True)
    face.session.brush_size = 21
    drag(face, [(260, 300)])
    assert not (layer(face, "l_brow") & layer(face, "r_brow")).any()
    assert layer(face, "l_brow").sum() == footprint(21, BrushShape.ROUND).sum()


def test_classes_without_a_pair_are_mirrored_as_themselves(face) -> None:
    face.session.face_class = CLOTH.id
    face.session.set_option("brush.mirror", True)
    drag(face, [(340, 400)])
    cloth = layer(face, "cloth")
    assert np.array_equal(cloth[:, 256:], cloth[:, :256][:, ::-1])


def test_mirrored_painting_keeps_locks(face) -> None:
    face.session.locked = bits_of("r_brow")
    face.session.set_option("brush.mirror", True)
    drag(face, [(340, 215)])
    assert layer(face, "l_brow").any()
    assert not layer(face, "r_brow").any()


def test_without_a_face_nothing_is_mirrored_and_the_reason_told(desk_on, tmp_path, qtbot) -> None:
    class Empty(DrawnStore):
        def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]:
            return Loaded(MaskLayers.empty((512, 512)))

    desk = desk_on(Empty(tmp_path))
    desk.session.set_option("brush.mirror", True)
    with qtbot.waitSignal(desk.area.refused) as told:
        drag(desk, [(200, 200)])
    assert "Mirror" in told.args[0]
    assert not desk.bits.any()


def test_a_face_that_is_not_there_is_looked_for_once_not_at_every_move(desk_on, tmp_path, monkeypatch) -> None:
    looked = []
    monkeypatch.setattr("app.ui.canvas.tools.brush.face_axis", looked.append)
    desk = desk_on(DrawnStore(tmp_path))
    desk.session.set_option("brush.mirror", True)
    looked.clear()
    for x in range(100, 120):
        move(desk, x, 100, held=NONE)
    assert looked == []
    desk.session.step(1)
    desk.session.step(-1)
    for x in range(100, 120):
        move(desk, x, 100, held=NONE)
    assert len(looked) <= 2  # by brush and by eraser


def test_the_axis_is_shown_while_mirroring_and_gone_after(face) -> None:
    preview = face.canvas._tools["brush"].preview
    face.session.set_option("brush.mirror", True)
    assert not preview.is_empty
    drag(face, [(340, 215), (350, 216)])
    assert not preview.is_empty
    face.session.set_option("brush.mirror", False)
    assert preview.is_empty


def test_the_axis_stays_while_it_is_painted(face) -> None:
    face.session.set_option("brush.mirror", True)
    tool = face.canvas._tools["brush"]
    move(face, 300, 300, held=NONE)
    axis = tool.axis
    drag(face, [(340, 215), (350, 216)])
    drag(face, [(345, 215), (350, 218)])
    assert tool.axis is axis
    face.session.step(1)
    assert tool.axis is None


def test_no_tool_mirrors_about_the_face_before(face) -> None:
    face.session.set_option("brush.mirror", True)  # brush in hand; the eraser mirrors as well
    face.session.step(1)
    face.session.tool = "eraser"
    assert face.canvas._tools["eraser"].axis is None
    move(face, 300, 300, held=NONE)
    assert face.canvas._tools["eraser"].axis is not None


def test_the_outline_is_shown_on_both_sides_where_both_are_painted(face) -> None:
    face.session.set_option("brush.mirror", True)
    canvas = face.canvas
    move(face, 340, 215, held=NONE)
    place = canvas.mask_place()
    assert canvas._cursor.corner == place.corner(334, 209)
    assert canvas._cursor.mirrored == place.corner(512 - 346, 209)
    drag(face, [(340, 215)])
    assert layer(face, "r_brow")[209:221, 166:178].sum() == layer(face, "r_brow").sum() > 0
    face.session.set_option("brush.mirror", False)
    move(face, 341, 215, held=NONE)
    assert canvas._cursor.mirrored is None


# The string


def test_a_steadied_stroke_trembles_less_and_ends_under_the_pointer(cloth) -> None:
    cloth.session.brush_size = 3
    cloth.session.set_option("brush.stabiliser", 5)
    drag(cloth, [(100 + 2 * k, 100 + 2 * (-1) ** k) for k in range(60)])
    rows, columns = np.nonzero(layer(cloth, "cloth"))
    assert columns.max() >= 218
    steady = rows[(columns > 150) & (columns < 190)]
    assert steady.max() - steady.min() <= 3


def test_the_outline_is_where_the_brush_is_not_where_the_pointer_is(cloth) -> None:
    cloth.session.set_option("brush.stabiliser", 10)
    canvas = cloth.canvas
    press(cloth, 100, 100)
    move(cloth, 110, 100)
    place = canvas.mask_place()
    assert canvas._cursor.corner == place.corner(94, 94)
    move(cloth, 200, 100)
    assert place.corner(94, 94)[0] < canvas._cursor.corner[0] < place.corner(194, 94)[0]
    release(cloth, 200, 100)
    assert canvas._cursor.corner == place.corner(194, 94)


def test_a_steadied_stroke_draws_no_chord_when_the_pointer_comes_back(cloth) -> None:
    cloth.session.set_option("brush.stabiliser", 3)
    cloth.session.brush_size = 3
    tool = cloth.canvas._tools["brush"]
    tool.press((100.0, 100.0))
    tool.move(None)
    tool.move((200.0, 200.0))
    tool.release()
    assert not layer(cloth, "cloth")[120:180, 120:180].any()


def test_escape_takes_a_helped_stroke_back(cloth) -> None:
    before = cloth.bits.copy()
    for key, value in (("brush.stabiliser", 4), ("brush.close", True), ("brush.holes", 50)):
        cloth.session.set_option(key, value)
    press(cloth, 100, 100)
    move(cloth, 200, 150)
    assert not cloth.canvas._tool.preview.is_empty
    QTest.keyClick(cloth.canvas, Qt.Key.Key_Escape)
    assert np.array_equal(cloth.bits, before)
    assert cloth.canvas._tool.preview.is_empty
    assert cloth.canvas._tool.brush_at is None


# Closing and holes

LOOP = [(100.0, 100.0), (180.0, 100.0), (180.0, 180.0), (100.0, 180.0), (100.0, 106.0)]


def test_a_line_let_go_in_the_ring_is_closed_and_filled(cloth) -> None:
    cloth.session.brush_size = 3
    cloth.session.set_option("brush.close", True)
    drag(cloth, LOOP)
    assert layer(cloth, "cloth")[99:182, 99:182].all()
    assert layer(cloth, "cloth").sum() < 84 * 84
    assert cloth.document.undo_label(cloth.session.sample) == "Brush cloth"


def test_a_line_let_go_outside_the_ring_stays_a_line(cloth) -> None:
    cloth.session.brush_size = 3
    cloth.session.set_option("brush.close", True)
    drag(cloth, [*LOOP[:-1], (100.0, 140.0)])
    assert not layer(cloth, "cloth")[110:170, 110:170].any()
    assert not layer(cloth, "cloth")[108:130, 100].any()


def test_a_line_across_itself_encloses_too(cloth) -> None:
    cloth.session.brush_size = 3
    cloth.session.set_option("brush.close", True)
    drag(cloth, [*LOOP[:-1], (100.0, 140.0), (190.0, 140.0)])
    assert layer(cloth, "cloth")[145:175, 105:175].all()
    assert not layer(cloth, "cloth")[105:135, 105:175].any()


def test_the_ring_shows_where_a_line_closes(cloth) -> None:
    cloth.session.brush_size = 20
    cloth.session.set_option("brush.close", True)
    preview = cloth.canvas._tools["brush"].preview
    press(cloth, 200, 200)
    ring = preview._shown.paths[0]
    assert {round(np.hypot(x - 200, y - 200), 6) for x, y in ring.points} == {18.0}
    assert ring.is_dashed
    move(cloth, 250, 200)
    assert preview._shown.paths[0].is_dashed
    move(cloth, 217, 200)
    assert not preview._shown.paths[0].is_dashed
    release(cloth, 217, 200)
    assert preview.is_empty


def test_small_holes_beside_a_stroke_are_filled_in_the_same_step(cloth) -> None:
    cloth.session.brush_size = 3
    before = cloth.bits.copy()
    drag(cloth, LOOP[:4])
    cloth.session.set_option("brush.holes", 999)
    drag(cloth, [(100, 180), (100, 100), (110, 110)])
    assert not layer(cloth, "cloth")[130, 130]
    drag(cloth, [(99, 120), (140, 120), (140, 99)])
    assert layer(cloth, "cloth")[105:118, 105:138].all()
    assert not layer(cloth, "cloth")[150, 150]
    for _ in range(3):
        cloth.document.undo(cloth.session.sample)
    assert np.array_equal(cloth.bits, before)


# Smudging


def test_smudging_takes_the_class_under_the_start_and_keeps_the_class_held(cloth) -> None:
    cloth.session.set_option("brush.smudge", True)
    start, end = (256, 150), (50, 150)
    drag(cloth, [start, end])
    expected = drawn_mask().bits
    region, covered = swept(start, end, 12, BrushShape.ROUND, expected.shape)
    apply(expected[region.slices], covered, Operation(CLASS_BY_NAME["hair"].id))
    assert np.array_equal(cloth.bits, expected)
    assert cloth.session.face_class == CLOTH.id
    assert cloth.document.undo_label(cloth.session.sample) == "Brush hair"


def test_smudging_from_nothing_erases(cloth) -> None:
    cloth.session.set_option("brush.smudge", True)
    drag(cloth, [(5, 5), (256, 60)])
    assert cloth.document.undo_label(cloth.session.sample) == "Erase"
    assert not layer(cloth, "hair")[58, 256]


def test_a_locked_class_is_not_smudged(cloth, qtbot) -> None:
    cloth.session.set_option("brush.smudge", True)
    cloth.session.locked = bits_of("hair")
    with qtbot.waitSignal(cloth.area.refused) as told:
        drag(cloth, [(256, 150), (256, 30)])
    assert told.args == ["Hair is locked; unlock it to smudge it"]


# Pens

PEN = QPointingDevice(
    "pen",
    1,
    QInputDevice.DeviceType.Stylus,
    QPointingDevice.PointerType.Pen,
    QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
    1,
    2,
    "",
    QPointingDeviceUniqueId(),
)
ERASER = QPointingDevice(
    "eraser",
    2,
    QInputDevice.DeviceType.Stylus,
    QPointingDevice.PointerType.Eraser,
    QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
    1,
    2,
    "",
    QPointingDeviceUniqueId(),
)


def pen(desk: Desk, kind: QEvent.Type, point: tuple[float, float], pressure: float, device=PEN) -> bool:
    """One event of a pen; whether it was taken, so that Qt makes no mouse event of it."""
    position = desk.position(*point)
    button = NONE if kind == QEvent.Type.TabletMove else LEFT
    held = NONE if kind == QEvent.Type.TabletRelease else LEFT
    event = QTabletEvent(
        kind, device, position, desk.canvas.mapToGlobal(position), pressure, 0, 0, 0, 0, 0,
        Qt.KeyboardModifier.NoModifier, button, held,
    )  # fmt: skip
    QApplication.sendEvent(desk.canvas, event)
    return event.isAccepted()


def pen_stroke(desk: Desk, points: list[tuple[float, float]], pressures: list[float], device=PEN) -> None:
    assert pen(desk, QEvent.Type.TabletPress, points[0], pressures[0], device)
    for point, pressure in zip(points[1:], pressures[1:], strict=True):
        assert pen(desk, QEvent.Type.TabletMove, point, pressure, device)
    assert pen(desk, QEvent.Type.TabletRelease, points[-1], 0.0, device)


def test_pressure_sets_the_size(cloth) -> None:
    cloth.session.brush_size = 40
    pen_stroke(cloth, [(100, 100), (150, 100), (250, 100), (300, 100)], [0.25, 0.25, 0.75, 0.75])
    heights = layer(cloth, "cloth").sum(0)
    assert set(heights[105:145]) == {10}
    assert set(heights[270:295]) == {30}
    steps = np.diff(heights[150:250].astype(int))
    assert steps.max() <= 2
    assert steps.min() >= -1


def test_the_outline_shows_the_size_that_the_pressure_gives(cloth) -> None:
    cloth.session.brush_size = 40
    pen(cloth, QEvent.Type.TabletPress, (100, 100), 0.5)
    pen(cloth, QEvent.Type.TabletMove, (120, 100), 0.5)
    assert cloth.canvas._cursor.outline.kind[0] == 20
    pen(cloth, QEvent.Type.TabletRelease, (120, 100), 0.0)
    assert cloth.canvas._cursor.outline.kind[0] == 40


def test_pressure_can_be_left_out(cloth) -> None:
    cloth.session.brush_size = 20
    cloth.session.set_option("brush.pressure", False)
    pen_stroke(cloth, [(100, 100), (150, 100)], [0.1, 0.4])
    assert layer(cloth, "cloth").sum(0)[120] == 20


def test_values_are_never_half_covered(cloth) -> None:
    pen_stroke(cloth, [(100, 100), (150, 130)], [0.1, 0.9])
    assert set(np.unique(layer(cloth, "cloth"))) == {False, True}


def test_the_other_end_of_a_pen_erases(cloth) -> None:
    cloth.session.brush_size = 10
    pen_stroke(cloth, [(256, 60), (256, 100)], [1.0, 1.0], ERASER)
    assert cloth.document.undo_label(cloth.session.sample) == "Erase"
    assert not layer(cloth, "hair")[60:100, 256].any()
    drag(cloth, [(30, 30), (40, 30)])
    assert cloth.document.undo_label(cloth.session.sample) == "Brush cloth"


# Both


@pytest.mark.parametrize("second", [CLASS_BY_NAME["r_brow"].id, BROW.id])
def test_a_pixel_changes_once_whatever_the_two_sides_do(face, second) -> None:
    document, sample = face.document, face.session.sample
    before = face.bits.copy()
    stroke = document.begin_stroke(sample, Operation(BROW.id), second=Operation(second))
    region, covered = swept((300, 300), (330, 300), 20, BrushShape.ROUND, before.shape)
    stroke.cover(region, covered)
    after = face.bits.copy()
    stroke.cover(region, covered, second=True)
    assert np.array_equal(face.bits, after)
    stroke.cancel()
    assert np.array_equal(face.bits, before)
    assert document.read_only(sample, Modality.MASK) is None
