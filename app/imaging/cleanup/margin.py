"""Margins: a class grows or shrinks by a distance, all around, towards one class only, or on one side only.

Distances are those between the middles of pixels, exact: one pixel reaches the four neighbours, one and a half the
eight, two and a half a knight's move. So half steps make a difference, and a shrunk disc stays a disc.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.faces.classes import CLASSES
from app.imaging.cleanup.neighbours import FREED, heirs_of
from app.imaging.cleanup.operator import Amount, ClassChoice, OneOf, Operator, Plan, Subject, Values, reshaped
from app.imaging.cleanup.window import Window, distance_to, window_around
from app.imaging.cv import cv2
from app.imaging.footprint import Coverage

ANY_CLASS = -1
DISTANCE = Amount("distance", "By", 2, 1, 60, 0.5, is_reach=True)
SIDE = OneOf(
    "side",
    "Side",
    (("all", "All around"), ("up", "Up"), ("down", "Down"), ("left", "Left"), ("right", "Right")),
    "all",
)
TOWARDS = ClassChoice("towards", "Towards", ANY_CLASS, "Any class", has_background=True)
_WAY = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
"""x and y of the way in which each side lies."""


def _grow(subject: Subject, values: Values) -> Plan:
    wanted = {}
    for class_id, plane, window in _each(subject, values):
        here = plane[window]
        reached = near(here, values.number("distance"), values.word("side"))
        towards = values.whole("towards")
        if towards != ANY_CLASS:
            reached &= subject.seen(class_id)[window] == towards
        plane[window] = here | reached
        wanted[class_id] = plane
    return reshaped(subject, wanted)


def _shrink(subject: Subject, values: Values) -> Plan:
    wanted = {}
    for class_id, plane, window in _each(subject, values):
        here = plane[window]
        outside = ~here
        towards = values.whole("towards")
        if towards != ANY_CLASS:
            outside &= subject.seen()[window] == towards
        side = values.word("side")
        opposite = {"up": "down", "down": "up", "left": "right", "right": "left"}.get(side, side)
        plane[window] = here & ~near(outside, values.number("distance"), opposite)
        wanted[class_id] = plane
    return reshaped(subject, wanted, heirs=heirs_of(subject, values))


def _each(subject: Subject, values: Values) -> list[tuple[int, Coverage, Window]]:
    found = []
    for number, class_id in enumerate(subject.targets):
        subject.progress.report(number, len(subject.targets), CLASSES[class_id].title)
        plane = subject.plane(class_id)
        window = window_around(plane, values.number("distance") + 1)
        if window is not None:
            found.append((class_id, plane, window))
    return found


def near(plane: Coverage, distance: float, side: str = "all") -> Coverage:
    """(H, W) bool: the pixels outside the plane not further than the distance from it, on one side of it or on all.

    A pixel lies *up* of the plane when the nearest pixel of the plane lies more below it than beside it, and so on.
    """
    if side == "all" or not plane.any():
        return np.asarray((distance_to(plane) <= distance) & ~plane)
    away, labels = cv2.distanceTransformWithLabels(
        (~plane).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    # Candidates by the approximate distance, judged by the exact one to the pixel found.
    rows, columns = np.nonzero((away <= 1.1 * distance + 1) & ~plane)
    place: npt.NDArray[np.int64] = np.zeros((int(labels.max()) + 1, 2), np.int64)
    place[labels[plane]] = np.argwhere(plane)
    from_row, from_column = place[labels[rows, columns]].T
    down, right = rows - from_row, columns - from_column
    way_x, way_y = _WAY[side]
    along = right * way_x + down * way_y
    across = np.abs(down if way_x else right)
    chosen = (along >= across) & (along > 0) & (down * down + right * right <= distance * distance)
    found = np.zeros_like(plane)
    found[rows[chosen], columns[chosen]] = True
    return found


def _hollow(subject: Subject, values: Values) -> Plan:
    """Only a shell along the border is left."""
    thickness = values.number("thickness")
    inwards = {"outer": thickness, "middle": thickness / 2, "inner": 0.0}[values.word("border")]
    outwards = thickness - inwards
    wanted = {}
    for number, class_id in enumerate(subject.targets):
        subject.progress.report(number, len(subject.targets), CLASSES[class_id].title)
        plane = subject.plane(class_id)
        window = window_around(plane, outwards + 1)
        if window is not None:
            here = plane[window]
            plane[window] = near(~here, inwards) | near(here, outwards)
            wanted[class_id] = plane
    return reshaped(subject, wanted, heirs=heirs_of(subject, values))


FAMILY = "Margin"
OPERATORS: tuple[Operator, ...] = (
    Operator(
        "margin.grow",
        "Grow",
        FAMILY,
        "The class reaches further by a distance.",
        (DISTANCE, TOWARDS, SIDE),
        _grow,
    ),
    Operator(
        "margin.shrink",
        "Shrink",
        FAMILY,
        "The class loses what lies nearer to its border than a distance.",
        (DISTANCE, TOWARDS, SIDE, FREED),
        _shrink,
    ),
    Operator(
        "margin.hollow",
        "Hollow",
        FAMILY,
        "Only a shell along the border is left: the rim of glasses, the line of lips.",
        (
            Amount("thickness", "Thickness", 4, 1, 60, 0.5, is_reach=True),
            OneOf(
                "border",
                "The border is its",
                (("outer", "Outer edge"), ("middle", "Middle"), ("inner", "Inner edge")),
                "outer",
            ),
            FREED,
        ),
        _hollow,
    ),
)
