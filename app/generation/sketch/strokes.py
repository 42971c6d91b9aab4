"""From thin lines to strokes: the pixels in the order of a pen, carried on through crossings and over small gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.imaging.cv import cv2

Points = npt.NDArray[np.float32]
"""(N, 2): x and y of pixel centres."""
Plane = npt.NDArray[np.uint8]

FREE = 0
LOOP = -1

SPUR_PX = 6.0
"""A shorter branch that ends freely is no line of its own."""
THROUGH_DEGREES = 42.0
"""How far a pen turns at most where lines meet."""
GAP_PX, GAP_DEGREES = 28.0, 38.0
"""The gap that is bridged between two ends that point at each other, and how well they have to.

On the fitted pairs F is the same from 20 to 28; at 28 there are as many ends and as much ink as in the real sketches.
"""
TOUCH_PX, TOUCH_COSINE = 3.0, 0.3
_LOOKED_AT = 7
_LARGEST_MEETING = 3000
"""Free ends among which gaps are looked for; noise has more, and its gaps mean nothing."""

_AROUND = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.float32)


@dataclass(slots=True, eq=False)
class Path:
    """Points in order; ``ends`` are the crossings (from 1) at the first and the last, FREE, or LOOP for both."""

    points: Points
    ends: tuple[int, int]

    @property
    def length(self) -> float:
        """In pixels."""
        return length_of(self.points)


_End = tuple[int, int]
"""A path's number, and 0 for its first point or 1 for its last."""


def length_of(points: Points) -> float:
    """The length of a line through the points, in pixels."""
    return float(np.sqrt((np.diff(points, axis=0) ** 2).sum(axis=1)).sum())


def paths_in(thin: Plane) -> list[Path]:
    """Every line between two ends or crossings. ``thin`` (0/1) is one pixel wide and empty at its border."""
    around = cv2.filter2D(thin, cv2.CV_8U, _AROUND, borderType=cv2.BORDER_CONSTANT)
    crossing = ((around >= 3) & (thin > 0)).astype(np.uint8)
    _, labels, _, centres = cv2.connectedComponentsWithStats(crossing, connectivity=8)
    line = thin & (1 - crossing)
    degree = cv2.filter2D(line, cv2.CV_8U, _AROUND, borderType=cv2.BORDER_CONSTANT)
    width = thin.shape[1]
    everywhere = np.flatnonzero(line)
    tips = everywhere[degree.ravel()[everywhere] <= 1]
    crossings = np.asarray(labels, np.int32).ravel()
    paths = []
    for pixels in _walks(line, [*tips.tolist(), *everywhere.tolist()]):
        first = _crossing_at(crossings, pixels[0], width, 0)
        last = _crossing_at(crossings, pixels[-1], width, first if len(pixels) < 3 else 0)
        if last == first and len(pixels) <= 2:
            last = FREE
        rows, columns = np.divmod(np.array(pixels), width)
        points = np.stack([columns, rows], axis=1).astype(np.float32)
        is_loop = not first and not last and len(pixels) > 8 and bool(np.abs(points[0] - points[-1]).max() <= 1)
        if first:
            points = np.vstack([centres[first : first + 1].astype(np.float32), points])
        if last:
            points = np.vstack([points, centres[last : last + 1].astype(np.float32)])
        if len(points) > 1:
            paths.append(Path(points, (LOOP, LOOP) if is_loop else (first, last)))
    return paths


def _walks(line: Plane, starts: Sequence[int]) -> Iterator[list[int]]:
    """The pixels of each line in order, as positions in the flat array."""
    width = line.shape[1]
    steps = (-width, 1, width, -1, 1 - width, width + 1, width - 1, -width - 1)
    left = bytearray(line.tobytes())
    for start in starts:
        if not left[start]:
            continue
        left[start] = 0
        walk = [start]
        here = start
        while True:
            for step in steps:
                if left[here + step]:
                    here += step
                    left[here] = 0
                    walk.append(here)
                    break
            else:
                break
        yield walk


def _crossing_at(crossings: npt.NDArray[np.int32], pixel: int, width: int, other: int) -> int:
    """The crossing beside a pixel, one that is not ``other`` if there is any; FREE where there is none."""
    found = FREE
    for row in (pixel - width, pixel, pixel + width):
        for label in crossings[row - 1 : row + 2].tolist():
            if label and (label != other or not found):
                found = label
    return found


def joined(paths: Sequence[Path]) -> list[tuple[Points, bool]]:
    """Whole strokes, and whether each closes on itself: through crossings straight on, then over gaps."""
    kept = [path for path in paths if path.ends.count(FREE) != 1 or path.length >= SPUR_PX]
    directions = [(_direction(path.points), _direction(path.points[::-1])) for path in kept]
    links = _through_crossings(kept, directions)
    _over_gaps(kept, directions, links)
    return list(_chains(kept, links))


def _direction(points: Points) -> tuple[float, float]:
    """The unit vector that leads out of a line at its first point."""
    ahead = points[0] - points[min(_LOOKED_AT, len(points)) - 1]
    length = float(np.hypot(ahead[0], ahead[1])) or 1.0
    return float(ahead[0]) / length, float(ahead[1]) / length


def _through_crossings(paths: Sequence[Path], directions: Sequence[Sequence[tuple[float, float]]]) -> dict[_End, _End]:
    """Which ends carry on as which: at each crossing the straightest pair first."""
    meeting: dict[int, list[_End]] = {}
    for number, path in enumerate(paths):
        for side, crossing in enumerate(path.ends):
            if crossing > 0:
                meeting.setdefault(crossing, []).append((number, side))
    straight = float(np.cos(np.deg2rad(THROUGH_DEGREES)))
    links: dict[_End, _End] = {}
    for ends in meeting.values():
        pairs = []
        for at, one in enumerate(ends):
            ux, uy = directions[one[0]][one[1]]
            for other in ends[at + 1 :]:
                vx, vy = directions[other[0]][other[1]]
                cosine = -(ux * vx + uy * vy)
                if one[0] != other[0] and cosine > straight:
                    pairs.append((cosine, one, other))
        for _, one, other in sorted(pairs, reverse=True):
            if one not in links and other not in links:
                links[one], links[other] = other, one
    return links


def _over_gaps(
    paths: Sequence[Path], directions: Sequence[Sequence[tuple[float, float]]], links: dict[_End, _End]
) -> None:
    """Ends that point at each other over a small gap are linked as well, the nearest first."""
    free = [
        (number, side)
        for number, path in enumerate(paths)
        if path.ends[0] != LOOP and len(path.points) > 3
        for side in (0, 1)
        if (number, side) not in links
    ]
    if not 2 <= len(free) <= _LARGEST_MEETING:
        return
    at = np.array([paths[number].points[-side] for number, side in free], np.float32)
    out = np.array([directions[number][side] for number, side in free], np.float32)
    dx = at[None, :, 0] - at[:, None, 0]
    dy = at[None, :, 1] - at[:, None, 1]
    near_one, near_other = np.nonzero(np.triu(dx * dx + dy * dy < GAP_PX**2, 1))
    gap = at[near_other] - at[near_one]
    length = np.hypot(gap[:, 0], gap[:, 1])
    towards = gap / np.maximum(length, 1e-6)[:, None]
    aim = np.minimum((towards * out[near_one]).sum(1), -(towards * out[near_other]).sum(1))
    facing = -(out[near_one] * out[near_other]).sum(1)
    cosine = float(np.cos(np.deg2rad(GAP_DEGREES)))
    fits = ((aim > cosine) & (facing > cosine)) | ((length < TOUCH_PX) & (facing > TOUCH_COSINE))
    order = np.flatnonzero(fits)[np.argsort(length[fits], kind="stable")]
    for one, other in zip(near_one[order].tolist(), near_other[order].tolist(), strict=True):
        first, second = free[one], free[other]
        if first[0] != second[0] and first not in links and second not in links:
            links[first], links[second] = second, first


def _chains(paths: Sequence[Path], links: dict[_End, _End]) -> Iterator[tuple[Points, bool]]:
    """The linked paths one after the other, each once."""
    done: set[int] = set()
    for number, path in enumerate(paths):
        if number in done:
            continue
        start = (number, 0)
        passed = {number}
        while start in links and links[start][0] not in passed:
            at, side = links[start]
            passed.add(at)
            start = (at, 1 - side)
        pieces = []
        here: _End | None = start
        while here is not None and here[0] not in done:
            at, side = here
            done.add(at)
            pieces.append(paths[at].points[::-1] if side else paths[at].points)
            here = links.get((at, 1 - side))
        yield np.concatenate(pieces), path.ends[0] == LOOP
