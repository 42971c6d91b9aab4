"""Islands: the separate parts of a class. Crumbs go to what surrounds them, not to the background.

Parts that touch at a corner are one island.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.faces.classes import CLASSES
from app.faces.mask import IndexMap
from app.imaging.cleanup.neighbours import FREED
from app.imaging.cleanup.operator import Amount, ClassChoice, OneOf, Operator, Plan, Subject, Values
from app.imaging.cleanup.window import window_around
from app.imaging.compose import Erase, Touch
from app.imaging.cv import cv2
from app.imaging.footprint import Coverage

PARTNER = -1
Choose = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.bool_]]
"""Of the areas of the islands, (n,): which of them go."""


@dataclass(frozen=True, slots=True, eq=False)
class Islands:
    """The islands of a plane: ``labels`` (H, W) int32, 0 outside, and the ``areas`` in pixels of islands 1 … n."""

    labels: npt.NDArray[np.int32]
    areas: npt.NDArray[np.int64]

    def where(self, chosen: npt.NDArray[np.bool_]) -> Coverage:
        """(H, W) bool: the pixels of the islands chosen, (n,) bool."""
        covered: Coverage = np.concatenate(([False], chosen))[self.labels]
        return covered


def islands_of(plane: Coverage) -> Islands:
    """The islands of a plane (H, W) bool."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(plane.view(np.uint8), connectivity=8)
    return Islands(labels.astype(np.int32, copy=False), stats[1:, cv2.CC_STAT_AREA].astype(np.int64))


def _all_but_largest(areas: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.bool_]:
    """Of islands of equal size, the one further up is the larger one."""
    chosen: npt.NDArray[np.bool_] = np.ones(len(areas), np.bool_)
    chosen[np.argsort(-areas, kind="stable")[:count]] = False
    return chosen


def _keep_largest(subject: Subject, values: Values) -> Plan:
    return _removing(subject, values, lambda areas: _all_but_largest(areas, values.whole("count")))


def _remove_specks(subject: Subject, values: Values) -> Plan:
    def specks(areas: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        of_largest = 100 * areas / areas.max(initial=1)
        return np.asarray((areas < values.number("area")) & (of_largest <= values.number("share")))

    return _removing(subject, values, specks)


def _removing(subject: Subject, values: Values, choose: Choose) -> Plan:
    touches = []
    heirs: IndexMap = np.zeros(subject.bits.shape, np.uint8)
    for number, class_id in enumerate(subject.targets):
        subject.progress.report(number, len(subject.targets), CLASSES[class_id].title)
        plane = subject.plane(class_id)
        window = window_around(plane, 1)
        if window is None:
            continue
        islands = islands_of(plane[window])
        chosen = choose(islands.areas)
        if not chosen.any():
            continue
        gone = np.zeros_like(plane)
        gone[window] = islands.where(chosen)
        touches.append(Touch(class_id, gone, Erase.THIS_CLASS))
        if values.word("freed") == "neighbours":
            owners = majority_around(islands, chosen, subject.seen(class_id)[window], subject)
            np.copyto(heirs[window], owners[islands.labels], where=gone[window])
    return Plan(touches, lambda _after, _freed: heirs)


def majority_around(
    islands: Islands, chosen: npt.NDArray[np.bool_], seen: IndexMap, subject: Subject
) -> npt.NDArray[np.uint8]:
    """(n + 1,): for each island chosen, the class seen most often in the ring of pixels around it; 0 for the others.

    Locked classes do not count, as they cannot take anything. Of equals, the one with the lower id.
    """
    height, width = seen.shape
    labels = islands.labels
    rows, columns = np.nonzero(islands.where(chosen))
    island = labels[rows, columns].astype(np.int64)
    pairs = []
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            r, c = rows + down, columns + right
            inside = (r >= 0) & (r < height) & (c >= 0) & (c < width)
            r, c, of = r[inside], c[inside], island[inside]
            outside = labels[r, c] == 0
            pairs.append(of[outside] * (height * width) + r[outside] * width + c[outside])
    ring = np.unique(np.concatenate(pairs))
    of, at = np.divmod(ring, height * width)
    kinds = len(CLASSES)
    votes = np.bincount(of * kinds + seen.ravel()[at], minlength=(len(chosen) + 1) * kinds).reshape(-1, kinds)
    votes[:, [c.id for c in CLASSES if subject.is_locked(c.id)]] = 0
    owners: npt.NDArray[np.uint8] = votes.argmax(axis=1).astype(np.uint8)
    return owners


def _split(subject: Subject, values: Values) -> Plan:
    """All islands but the largest become another class."""
    touches = []
    for class_id in subject.targets:
        partner = CLASSES[class_id].partner
        heir = values.whole("to")
        if heir == PARTNER:
            heir = partner.id if partner else 0
        plane = subject.plane(class_id)
        window = window_around(plane, 1)
        if not heir or heir == class_id or subject.is_locked(heir) or window is None:
            continue
        islands = islands_of(plane[window])
        moved = np.zeros_like(plane)
        moved[window] = islands.where(_all_but_largest(islands.areas, 1))
        touches += [Touch(class_id, moved, Erase.THIS_CLASS), Touch(heir, moved)]
    return Plan(touches)


def _filling_holes(subject: Subject, values: Values) -> Plan:
    """Holes are parts of what a class is not that do not reach the picture's edge; corners do not connect them."""
    touches = []
    for number, class_id in enumerate(subject.targets):
        subject.progress.report(number, len(subject.targets), CLASSES[class_id].title)
        plane = subject.plane(class_id)
        window = window_around(plane, 1)
        if window is None:
            continue
        filled = np.zeros_like(plane)
        filled[window] = holes_of(plane[window], values.whole("area"))
        if values.word("what") == "bare":
            filled &= subject.bits == 0
        touches.append(Touch(class_id, filled))
    return Plan(touches)


def holes_of(plane: Coverage, largest: int) -> Coverage:
    """(H, W) bool: the holes of at most so many pixels, which the plane encloses."""
    padded = np.pad(~plane, 1, constant_values=True)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(padded.view(np.uint8), connectivity=4)
    is_hole = stats[:, cv2.CC_STAT_AREA] <= largest
    is_hole[0] = False
    is_hole[labels[0, 0]] = False
    return np.asarray(is_hole[labels[1:-1, 1:-1]])


FAMILY = "Islands and holes"
OPERATORS: tuple[Operator, ...] = (
    Operator(
        "islands.remove_specks",
        "Remove specks",
        FAMILY,
        "Islands smaller than the limit are gone; they become what most of the pixels around them are.",
        (
            Amount("area", "Smaller than", 50, 1, 20000, 1, "px"),
            Amount("share", "Of the largest", 50, 1, 100, 1, "% at most"),
            FREED,
        ),
        _remove_specks,
    ),
    Operator(
        "islands.keep_largest",
        "Keep largest islands",
        FAMILY,
        "Only the largest island is left; the others become what most of the pixels around them are.",
        (Amount("count", "Keep", 1, 1, 20, 1, ""), FREED),
        _keep_largest,
    ),
    Operator(
        "islands.split",
        "Split islands",
        FAMILY,
        "The largest island keeps its class; all others become another one, the other side of a pair by default.",
        (ClassChoice("to", "Others become", PARTNER, "Other side of the pair"),),
        _split,
    ),
    Operator(
        "holes.fill",
        "Fill holes",
        FAMILY,
        "Holes that the class encloses, up to a size, belong to it.",
        (
            Amount("area", "At most", 200, 1, 100000, 1, "px"),
            OneOf("what", "In them", (("bare", "Only what has no class"), ("all", "Other classes too")), "bare"),
        ),
        _filling_holes,
    ),
)
