"""The session tells what changed, once, and importing it stays light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QThread

from app.document.changes import Change
from app.faces.classes import ALL_BITS, CLASS_BY_NAME, bits_of
from app.faces.errors import SampleNotFoundError
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, SampleId
from app.imaging.compose import Erase, Operation, Others
from app.imaging.footprint import BrushShape
from app.imaging.raster import Rect
from app.ui.bridge import Bridge
from app.ui.session import Session

ROOT = Path(__file__).resolve().parents[2]
ORDER = tuple(reversed(range(1, 19)))


class Store:
    sample_ids = ("1", "2", "3", "10")
    paint_order = ORDER

    def __contains__(self, sample: object) -> bool:
        return sample in self.sample_ids


@pytest.fixture
def session(qapp) -> Session:
    session = Session()
    mask = MaskLayers.empty((4, 4), exclusive=True)
    session.document = SimpleNamespace(store=Store(), mask=lambda sample: mask, look_at=lambda sample: None)
    return session


@pytest.mark.parametrize("module", ["app.ui.session", "app.ui.bridge"])
def test_importing_it_pulls_in_neither_numpy_nor_opencv(module) -> None:
    code = f"import sys, {module}; sys.exit('numpy' in sys.modules or 'cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("name", "value", "signal"),
    [
        ("face_class", 6, "face_class_changed"),
        ("tool", "eraser", "tool_changed"),
        ("brush_size", 30, "brush_size_changed"),
        ("brush_shape", BrushShape.SQUARE, "brush_shape_changed"),
        ("visible", 5, "visible_changed"),
        ("locked", 5, "locked_changed"),
        ("opacity", 0.25, "view_changed"),
        ("overlay_style", "both", "view_changed"),
        ("overlay_on", False, "view_changed"),
        ("bare", True, "view_changed"),
        ("palette", "safe", "view_changed"),
        ("solo", 13, "view_changed"),
        ("background_visible", False, "view_changed"),
        ("background_locked", True, "rules_changed"),
        ("erasing", True, "rules_changed"),
        ("others", Others.BEHIND, "rules_changed"),
        ("erase_mode", Erase.ALL, "rules_changed"),
        ("sample", "2", "sample_changed"),
    ],
)
def test_a_setter_tells_once_and_only_when_something_changed(session, qtbot, name, value, signal) -> None:
    told: list[tuple[object, ...]] = []
    getattr(session, signal).connect(lambda *args: told.append(args))
    setattr(session, name, value)
    setattr(session, name, value)
    assert len(told) == 1
    assert getattr(session, name) == value


def test_step_walks_the_order_and_stops_at_its_ends(session) -> None:
    session.step(1)
    assert session.sample == "1"
    session.step(2)
    assert session.sample == "3"
    session.step(10)
    assert session.sample == "10"
    session.step(-99)
    assert session.sample == "1"
    session.order = ["3", "2"]
    session.step(1)
    assert session.sample == "3"
    assert session.neighbours("3") == ("2",)
    assert session.neighbours("1") == ()


def test_the_document_hears_what_is_looked_at(session) -> None:
    looked_at: list = []
    session.document.look_at = looked_at.append
    session.goto(SampleId("2"))
    session.step(1)
    session.document = None
    assert looked_at == ["2", "3", None]


def test_goto_refuses_a_sample_that_is_not_there(session) -> None:
    with pytest.raises(SampleNotFoundError, match="no sample 7"):
        session.goto("7")
    assert session.sample is None


def test_the_brush_grows_and_shrinks_by_at_least_a_pixel(session) -> None:
    session.brush_size = 1
    sizes = []
    for _ in range(6):
        session.scale_brush(1)
        sizes.append(session.brush_size)
    assert sizes == [2, 3, 4, 5, 6, 7]
    session.brush_size = 2
    session.scale_brush(-5)
    assert session.brush_size == 1
    session.brush_size = 10**6
    assert session.brush_size == 512


def test_previous_class_is_the_one_held_before(session) -> None:
    session.face_class = 6
    session.face_class = 13
    assert session.previous_class == 6
    with pytest.raises(ValueError, match="no class 19"):
        session.face_class = 19


def test_solo_wins_over_the_eyes_and_the_overlay_over_both(session) -> None:
    session.visible = bits_of("hair")
    assert session.effective_visible == bits_of("hair")
    session.solo = CLASS_BY_NAME["nose"].id
    assert session.effective_visible == bits_of("nose")
    session.overlay_on = False
    assert session.effective_visible == 0
    assert session.open_eyes == bits_of("nose")
    session.show_all()
    assert session.effective_visible == ALL_BITS


def test_a_stroke_gets_everything_that_restricts_it(session) -> None:
    session.sample = "2"
    session.face_class, session.locked, session.background_locked = 6, bits_of("hair"), True
    session.others, session.visible = Others.BEHIND, bits_of("skin", "hair")
    expected = Operation(
        6, others=Others.BEHIND, locked=bits_of("hair"), background_locked=True, visible=bits_of("skin", "hair"),
        exclusive=True, paint_order=ORDER, area_class=1,
    )  # fmt: skip
    assert session.operation(erase=False) == expected
    assert session.operation(erase=True).erase is Erase.TOPMOST
    session.erasing = True
    assert session.operation(erase=False).erase is Erase.TOPMOST


def test_another_document_ends_the_sample_and_the_order(session) -> None:
    session.sample, session.order = "2", ["2"]
    session.document = None
    assert session.sample is None
    assert session.order == ()


class FakeDocument:
    def __init__(self) -> None:
        self.listeners: list[object] = []

    def subscribe(self, listener):
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    subscribe_saves = subscribe


def test_the_bridge_listens_to_one_document_at_a_time(qtbot) -> None:
    bridge, first, second = Bridge(), FakeDocument(), FakeDocument()
    bridge.attach(first)
    bridge.attach(second)
    assert (len(first.listeners), len(second.listeners)) == (0, 2)
    changes = (Change(SampleId("1"), Modality.MASK),)
    with qtbot.waitSignal(bridge.changed) as told:
        second.listeners[0](changes)
    assert told.args == [changes]


def test_strokes_in_progress_reach_those_who_follow_them_and_nobody_else(qtbot) -> None:
    bridge, document, followed = Bridge(), FakeDocument(), []
    bridge.attach(document)
    bridge.follow_strokes(followed.append)
    changes = (Change(SampleId("1"), Modality.MASK, Rect(1, 2, 3, 4), in_progress=True),)
    with qtbot.assertNotEmitted(bridge.changed):
        document.listeners[0](changes)
    assert followed == [changes]


def test_what_a_thread_posts_runs_on_the_main_thread(qtbot) -> None:
    bridge, ran = Bridge(), []

    class Worker(QThread):
        def run(self) -> None:
            bridge.post(lambda: ran.append(QThread.currentThread()))

    worker = Worker()
    worker.start()
    worker.wait()
    assert ran == []
    qtbot.waitUntil(lambda: bool(ran))
    assert ran == [QThread.currentThread()]
