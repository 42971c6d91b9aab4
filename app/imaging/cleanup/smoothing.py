"""Smoothing: a class's border loses its jags and the class its crumbs.

Median, opening, closing and Gaussian shape one class at a time, each in a way of its own; *joint* shapes all classes
together as they are seen, so that what two of them share stays one border with neither slit nor overlap.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from app.faces.classes import CLASSES
from app.imaging.cleanup.neighbours import FREED, heirs_of
from app.imaging.cleanup.operator import Amount, Operator, Plan, Subject, Values, reshaped
from app.imaging.cleanup.window import distance_to, window_around
from app.imaging.compose import Erase, Touch
from app.imaging.cv import cv2
from app.imaging.footprint import Coverage

WHOLE_RADIUS = Amount("radius", "Radius", 2, 1, 30, is_reach=True)
RADIUS = Amount("radius", "Radius", 3, 1, 30, 0.5, is_reach=True)
SPREAD = Amount("sigma", "Spread", 2, 0.5, 20, 0.5, is_reach=True)
Smooth = Callable[[Coverage, float], Coverage]
_SIGMAS = 4
"""A Gaussian is nothing beyond so many of its spreads."""
_EDGE = 1e-4
"""What a class must be ahead of another to take its pixel: ties and rounding leave a mask as it is."""


def median(plane: Coverage, radius: float) -> Coverage:
    """What most of the (2 · radius + 1)² pixels around say."""
    blurred = cv2.medianBlur(plane.astype(np.uint8) * 255, 2 * int(radius) + 1)
    return np.asarray(blurred > 0)


def opened(plane: Coverage, radius: float) -> Coverage:
    """What a disc of the radius can reach without leaving the plane: protrusions and crumbs are gone."""
    return dilated(eroded(plane, radius), radius)


def closed(plane: Coverage, radius: float) -> Coverage:
    """Gaps that a disc of the radius cannot enter are filled."""
    return eroded(dilated(plane, radius), radius) | plane


def dilated(plane: Coverage, radius: float) -> Coverage:
    """All pixels not further than the radius from one of the plane."""
    return np.asarray(distance_to(plane) <= radius)


def eroded(plane: Coverage, radius: float) -> Coverage:
    """The pixels further than the radius from all outside; the picture's edge takes nothing away."""
    return np.asarray(distance_to(~plane) > radius)


def gaussian(plane: Coverage, sigma: float) -> Coverage:
    """Where the blurred plane is more than half; pixels at exactly half stay as they are."""
    blurred = _blurred(plane, sigma)
    return np.asarray(np.where(plane, blurred >= 0.5 - _EDGE, blurred > 0.5 + _EDGE))


def _blurred(plane: Coverage, sigma: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    side = 2 * round(_SIGMAS * sigma) + 1
    return cv2.GaussianBlur(  # type: ignore[return-value]
        plane.astype(np.float32), (side, side), sigma, borderType=cv2.BORDER_REPLICATE
    )


def _each(smooth: Smooth, subject: Subject, values: Values) -> Plan:
    """Every class by itself, looked at through a window."""
    strength = values.number("sigma" if "sigma" in values else "radius")
    reach = strength * (_SIGMAS if "sigma" in values else 2) + 2
    wanted = {}
    for number, class_id in enumerate(subject.targets):
        subject.progress.report(number, len(subject.targets), CLASSES[class_id].title)
        plane = subject.plane(class_id)
        window = window_around(plane, reach)
        if window is not None:
            plane[window] = smooth(plane[window], strength)
            wanted[class_id] = plane
    return reshaped(subject, wanted, heirs=heirs_of(subject, values) if "freed" in values else None)


def _joint(subject: Subject, values: Values) -> Plan:
    """Each pixel goes to the class whose blurred plane is the largest there, where one of the two is a target."""
    sigma = values.number("sigma")
    seen = subject.seen()
    present = np.flatnonzero(np.bincount(seen.ravel(), minlength=len(CLASSES)))
    best = np.zeros(seen.shape, np.float32)
    winner = seen.copy()
    blurred = {}
    for number, class_id in enumerate(present):
        subject.progress.report(number, len(present), CLASSES[class_id].title)
        plane = seen == class_id
        window = window_around(plane, _SIGMAS * sigma + 1)
        assert window is not None, "the class is present"
        blurred[class_id] = window, _blurred(plane[window], sigma)
        np.copyto(best[window], blurred[class_id][1] + _EDGE, where=plane[window])
    for class_id, (window, share) in blurred.items():
        ahead = share > best[window]
        np.copyto(best[window], share, where=ahead)
        np.copyto(winner[window], np.uint8(class_id), where=ahead)
    is_target = np.zeros(len(CLASSES), np.bool_)
    is_target[list(subject.targets)] = True
    is_locked = np.array([subject.is_locked(c.id) for c in CLASSES])
    moved = (winner != seen) & (is_target[winner] | is_target[seen]) & ~is_locked[winner] & ~is_locked[seen]
    return Plan([*_leaving(seen, winner, moved, subject), *_arriving(winner, moved, subject)])


def _leaving(seen: np.ndarray, winner: np.ndarray, moved: Coverage, subject: Subject) -> list[Touch]:
    """What is seen must go where it would hide the new class; the classes beneath stay where they are."""
    place = np.array([0, *(subject.rules.paint_order.index(c.id) + 1 for c in CLASSES[1:])])
    hides = moved & (place[seen] > place[winner])
    gone = np.flatnonzero(np.bincount(seen[hides], minlength=len(CLASSES)))
    return [Touch(int(class_id), hides & (seen == class_id), Erase.THIS_CLASS) for class_id in gone]


def _arriving(winner: np.ndarray, moved: Coverage, subject: Subject) -> list[Touch]:
    come = set(np.flatnonzero(np.bincount(winner[moved], minlength=len(CLASSES))).tolist())
    return [
        Touch(class_id, moved & (winner == class_id))
        for class_id in (0, *subject.rules.paint_order)
        if class_id in come
    ]


FAMILY = "Smoothing"
OPERATORS: tuple[Operator, ...] = (
    Operator(
        "smooth.median",
        "Median smoothing",
        FAMILY,
        "Jags, crumbs and small gaps are gone; corners are rounded a little.",
        (WHOLE_RADIUS, FREED),
        partial(_each, median),
    ),
    Operator(
        "smooth.open",
        "Opening",
        FAMILY,
        "Protrusions and crumbs thinner than the disc are gone.",
        (RADIUS, FREED),
        partial(_each, opened),
    ),
    Operator(
        "smooth.close",
        "Closing",
        FAMILY,
        "Gaps and notches narrower than the disc are filled; nothing is taken away.",
        (RADIUS,),
        partial(_each, closed),
    ),
    Operator(
        "smooth.gaussian",
        "Gaussian smoothing",
        FAMILY,
        "The border is even; thin parts get shorter.",
        (SPREAD, FREED),
        partial(_each, gaussian),
    ),
    Operator(
        "smooth.joint",
        "Joint smoothing",
        FAMILY,
        "The borders between classes are even, as they are seen, and stay without slit or overlap.",
        (SPREAD,),
        _joint,
    ),
)
