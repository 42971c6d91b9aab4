"""Every tool against every combination of restrictions: only editable pixels change, and no locked bit ever.

A tool joins by being listed in ``BUILT_IN``. It is driven by the first of some ways of using a mouse that makes it
change anything at all; then it is driven that way under the rules, and what is editable is worked out here a second
time. Undo brings every pixel back each time. The gate itself is held to the whole matrix in ``test_compose_matrix``;
here every seventh combination is enough for a tool to show that it goes through it, each tool beginning at another one,
so that all tools together meet all of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from mask_studio import CLOTH, HAIR, L_EYE, NOSE, SKIN, Studio

from app.faces.classes import ALL_BITS
from app.faces.errors import FaceDataError, InvalidEditError
from app.faces.mask import Binary, Bits
from app.imaging.compose import Area, Erase, Others
from app.imaging.intensity import Channel, PhotoRange
from app.jobs import Progress, Silent
from app.ui import mask_verbs
from app.ui.canvas.tools import BUILT_IN, Tool
from app.ui.canvas.tools.answers import Answers
from app.ui.canvas.tools.tool import Hand
from app.ui.mirror_commands import copy_across
from app.ui.session import Session

WRITERS = [tool for tool in BUILT_IN if tool.changes_mask]
AREAS = [(area, HAIR.id if area in (Area.INSIDE, Area.OUTSIDE) else 0) for area in Area]
RANGE = PhotoRange(Channel.RED, 150, 255)
"""The face in the photo, not what is around it."""
PAINTS = [(others, Erase.TOPMOST, False) for others in Others]
ERASES = [(Others.SHOW, mode, True) for mode in Erase]
RULES = list(itertools.product(AREAS, PAINTS + ERASES, (None, RANGE), (0, HAIR.bit | NOSE.bit, SKIN.bit)))
EVERY = 7
"""Divides none of the numbers of values, so that every seventh of the rules has each value of each rule many times."""
WAY = [(30.0, 12.0), (62.0, 31.0), (47.0, 52.0), (14.0, 60.0), (33.0, 33.0)]
"""Over hair, brow, nose, background and the other brow."""


def drag(tool: Tool) -> None:
    """Press, go along, release; Enter, should anything be pending."""
    tool.hover(WAY[0])
    tool.press(WAY[0])
    for point in WAY[1:]:
        tool.move(point)
    tool.release()
    tool.accept()


def click(tool: Tool) -> None:
    """One click on a brow."""
    tool.hover(WAY[1])
    tool.press(WAY[1])
    tool.release()
    tool.accept()


def clicks(tool: Tool) -> None:
    """Click after click, the last one double."""
    for point in WAY:
        tool.hover(point)
        tool.press(point)
        tool.release()
    tool.press(WAY[-1], Hand(is_double=True))
    tool.release()
    tool.accept()


def drag_from_brow(tool: Tool) -> None:
    """Press on a brow and go along."""
    tool.press(WAY[1])
    for point in WAY[2:]:
        tool.move(point)
    tool.release()
    tool.accept()


def box(tool: Tool) -> None:
    """A box around the face."""
    tool.press((16.0, 16.0))
    tool.move((80.0, 84.0))
    tool.release()
    tool.accept()


def scribbles(tool: Tool) -> None:
    """A line over the face, and a line around it that is no part of it."""
    for points, hand in (
        ([(30.0, 30.0), (60.0, 70.0)], Hand()),
        ([(4.0, 4.0), (92.0, 4.0), (92.0, 92.0)], Hand(erase=True)),
    ):
        tool.press(points[0], hand)
        for point in points[1:]:
            tool.move(point, hand)
        tool.release()
    tool.accept()


WAYS: tuple[Callable[[Tool], None], ...] = (drag, click, clicks, drag_from_brow, box, scribbles)


def answer_at_once(
    _self: Answers,
    question: Callable[[Progress], object],
    take: Callable[[object], None],
    refuse: Callable[[str], None],
) -> None:
    """What tools ask on threads of their own, answered before they go on."""
    try:
        answer = question(Silent())
    except FaceDataError as error:
        refuse(str(error))
    else:
        take(answer)


@pytest.fixture(scope="module")
def kept_studios(qapp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, Studio]]:
    root = tmp_path_factory.mktemp("studios")
    made = {exclusive: Studio(root / str(exclusive), exclusive=exclusive) for exclusive in (False, True)}
    yield made
    for studio in made.values():
        studio.close()


@pytest.fixture
def studios(kept_studios: dict[bool, Studio], monkeypatch: pytest.MonkeyPatch) -> dict[bool, Studio]:
    """One for layers and one for an index map, each with its mask as read and no rule set."""
    monkeypatch.setattr(Answers, "ask", answer_at_once)
    for studio in kept_studios.values():
        studio.begin_anew()
    return kept_studios


def editable(bits: Bits, area: Area, area_class: int) -> Binary:
    """Which pixels the words of the strip allow to change, all classes being visible."""
    there = (bits & np.uint32(1 << (area_class - 1))) != 0 if area_class else bits == 0
    return {
        Area.EVERYWHERE: np.ones_like(there),
        Area.INSIDE: there,
        Area.OUTSIDE: ~there,
        Area.INSIDE_VISIBLE: bits != 0,
        Area.OUTSIDE_VISIBLE: bits == 0,
        Area.BACKGROUND: bits == 0,
    }[area]


def use(studio: Studio, kind: type[Tool], way: Callable[[Tool], None]) -> Bits:
    """What the tool makes of the mask; afterwards all is as before."""
    tool = studio.tool(kind)
    way(tool)
    tool.cancel()
    after = studio.bits.copy()
    while studio.document.undo_label(studio.sample) is not None:
        studio.document.undo(studio.sample)
    assert np.array_equal(studio.bits, studio.before)
    return after


VERBS = (
    mask_verbs.swap_pair, mask_verbs.swap_all, mask_verbs.copy_previous, mask_verbs.copy_saved, copy_across,
)  # fmt: skip
"""Commands that change whole classes of the mask on screen at once."""


def way_for(studio: Studio, kind: type[Tool]) -> Callable[[Tool], None]:
    for way in WAYS:
        if (use(studio, kind, way) != studio.before).any():
            return way
    pytest.fail(f"no way of using a mouse here makes the tool {kind.name} change anything; add one to WAYS")


def check(studio: Studio, do: Callable[[], Bits], told: str, first: int) -> None:
    """``do`` makes bits of ``studio.before`` and takes them back: they may differ only where every rule says so."""
    session, before, exclusive = studio.session, studio.before, studio.exclusive
    in_range = studio.photo[..., 0] >= RANGE.low
    changed_any = False
    for (area, area_class), (others, mode, erasing), photo_range, locked in RULES[first % EVERY :: EVERY]:
        session.area, session.area_class = area, area_class
        session.others, session.erase_mode, session.erasing = others, mode, erasing
        session.photo_range, session.locked = photo_range, locked
        case = (told, area, area_class, others, mode, erasing, photo_range, locked, exclusive)
        changed = do() ^ before
        allowed = editable(before, area, area_class)
        if photo_range is not None:
            allowed &= in_range
        assert not changed[~allowed].any(), case
        assert not (changed & np.uint32(locked)).any(), case
        if exclusive:
            assert (np.bitwise_count(changed ^ before) <= 1).all(), case
        changed_any |= bool(changed.any())
    assert changed_any


@pytest.mark.parametrize("kind", WRITERS, ids=lambda kind: kind.name)
def test_no_tool_goes_round_the_rules(kind: type[Tool], studios: dict[bool, Studio]) -> None:
    for studio in studios.values():
        way = way_for(studio, kind)
        check(studio, partial(use, studio, kind, way), kind.name, WRITERS.index(kind))


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
def test_no_command_goes_round_the_rules(verb: Callable[[Session], None], studios: dict[bool, Studio]) -> None:
    for studio in studios.values():
        studio.put(np.roll(studio.bits, (3, 5), (0, 1)))  # unlike the sample before it, and unlike its file
        studio.session.face_class = L_EYE.id

        def do(studio: Studio = studio) -> Bits:
            try:
                verb(studio.session)
            except InvalidEditError:
                return studio.bits.copy()
            after = studio.bits.copy()
            studio.document.undo(studio.sample)
            assert np.array_equal(studio.bits, studio.before)
            return after

        check(studio, do, verb.__name__, VERBS.index(verb))


@pytest.mark.parametrize("kind", WRITERS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("shut", ["locks", "area", "range"])
def test_a_shut_gate_lets_nothing_through(kind: type[Tool], shut: str, studios: dict[bool, Studio]) -> None:
    for studio in studios.values():
        session = studio.session
        if shut == "locks":
            session.locked, session.background_locked = ALL_BITS, True
        elif shut == "area":
            session.area, session.area_class = Area.INSIDE, CLOTH.id
        else:
            session.photo_range = PhotoRange(Channel.BLUE, 250, 255)
        for way in WAYS:
            for session.erasing in (False, True):
                assert np.array_equal(use(studio, kind, way), studio.before), (way.__name__, session.erasing)


@pytest.mark.parametrize("kind", [tool for tool in BUILT_IN if not tool.changes_mask], ids=lambda kind: kind.name)
def test_the_others_change_no_mask(kind: type[Tool], studios: dict[bool, Studio]) -> None:
    for studio in studios.values():
        for way in WAYS:
            assert np.array_equal(use(studio, kind, way), studio.before)
