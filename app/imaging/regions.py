"""The area of one class as annotation files tell it: runs of pixels, or the polygons around them.

Both are exact. Polygons follow the edges between pixels (pixel *i* lies between *i* and *i* + 1, as in COCO), not the
middles of the outermost pixels as ``cv2.findContours`` does: readers that know no half pixels would lose a rim of one
pixel. A reader that fills by the even-odd rule or by winding numbers gets the very pixels back, holes included.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.faces.errors import DamagedFileError, UnsafeFileError
from app.faces.mask import Binary
from app.imaging.cv import cv2

Runs = npt.NDArray[np.int64]
"""(n,): lengths of runs, by turns outside and inside the area; the first is outside and may be 0."""
Ring = npt.NDArray[np.float64]
"""(n, 2): x, y of the corners of a closed line in pixels; the last one is joined to the first."""

PIXEL_LIMIT = 64 * 1024 * 1024
CROSSING_LIMIT = 1 << 26
"""How often the edges of one area's polygons may cross a row of pixels: a drawing of any sense has some thousands."""
_GROUP, _MORE, _SIGN, _FIRST = 5, 0x20, 0x10, 48
_GROUPS = 7
"""Characters that one run takes at most: 7 × 5 bits hold every area within the limit, and its sign."""


def run_lengths(covered: Binary) -> Runs:
    """The runs of (H, W) bool along its rows; ``covered.T`` gives them down the columns, as COCO counts."""
    flat = np.ravel(covered)
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    first = [0] if flat.size and flat[0] else []
    return np.diff(np.concatenate((first, changes, [flat.size])), prepend=0).astype(np.int64)


def add_runs(flat: npt.NDArray[np.uint32], runs: Runs, bit: int) -> None:
    """Set a bit in (n,) bits where the runs are inside. Raises DamagedFileError where they are not n in all.

    A class covers a small part of a face, and nothing is done before and behind it.
    """
    _require_filling(runs, len(flat))
    if len(runs) > 1:
        end = len(flat) - (int(runs[-1]) if len(runs) % 2 else 0)
        inside = ((np.arange(1, len(runs)) & 1) * bit).astype(np.uint32)
        lengths = runs[1:] if len(runs) % 2 == 0 else runs[1:-1]
        flat[int(runs[0]) : end] |= np.repeat(inside[: len(lengths)], lengths)


def _require_filling(runs: Runs, pixels: int) -> None:
    if runs.size and (int(runs.min()) < 0 or int(runs.max()) > PIXEL_LIMIT):
        raise DamagedFileError("its run lengths are no lengths")
    if int(runs.sum()) != pixels:
        raise DamagedFileError(f"its runs cover {int(runs.sum()):,} pixels, the picture has {pixels:,}")


def require_size(shape: tuple[int, int]) -> None:
    """Raises UnsafeFileError for an (H, W) that is none or more than any mask has."""
    height, width = shape
    if not (0 < height <= PIXEL_LIMIT and 0 < width <= PIXEL_LIMIT and height * width <= PIXEL_LIMIT):
        raise UnsafeFileError(f"it says {width}×{height}, which is no size or more than {PIXEL_LIMIT // 2**20} Mpx")


def packed_runs(runs: Runs) -> str:
    """The runs as COCO's compressed string: five bits a character, from the third run on the change to the last but
    one (``rleToString`` of cocoapi, common/maskApi.c)."""
    left = runs.copy()
    left[3:] -= runs[1:-2]
    codes = np.empty((len(left), _GROUPS), np.uint8)
    is_used = np.zeros(codes.shape, np.bool_)
    goes_on = np.ones(len(left), np.bool_)
    for at in range(_GROUPS):
        is_used[:, at] = goes_on
        group = left & (_MORE - 1)
        left >>= _GROUP
        goes_on = goes_on & (left != np.where(group & _SIGN, -1, 0))
        codes[:, at] = group + np.where(goes_on, _MORE, 0) + _FIRST
    return codes[is_used].tobytes().decode("ascii")


def unpacked_runs(text: str) -> Runs:
    """The runs of COCO's compressed string. Raises DamagedFileError for any other text."""
    try:
        codes = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int64) - _FIRST
    except UnicodeEncodeError:
        codes = np.array([-1])
    if codes.size and (int(codes.min()) < 0 or int(codes.max()) >= 2 * _MORE or codes[-1] & _MORE):
        raise DamagedFileError("its compressed runs are cut short or no such text")
    ends = np.flatnonzero((codes & _MORE) == 0)
    starts = np.concatenate(([0], ends[:-1] + 1)).astype(np.int64)[: len(ends)]
    lengths = ends - starts + 1
    if not len(ends):
        return np.zeros(0, np.int64)
    if int(lengths.max()) > _GROUPS:
        raise DamagedFileError("its compressed runs are longer than any picture")
    place = np.arange(len(codes)) - np.repeat(starts, lengths)
    values: Runs = np.add.reduceat((codes & (_MORE - 1)) << (_GROUP * place), starts)
    values -= np.where(codes[ends] & _SIGN, np.int64(1) << (_GROUP * lengths), 0)
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """The part of an area that its bounding box cuts out: ``covered`` (h, w) bool at column ``x``, row ``y``."""

    x: int
    y: int
    covered: Binary

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.covered.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.covered.shape[0])


def cropped(covered: Binary) -> Crop:
    """What the bounding box of (H, W) bool cuts out; without any pixel, an empty crop at 0, 0."""
    x, y, width, height = cv2.boundingRect(covered.view(np.uint8))
    return Crop(x, y, covered[y : y + height, x : x + width])


def outlines(covered: Binary, tolerance: float = 0.0) -> list[Ring]:
    """One ring for each connected part of (H, W) bool, its holes joined to it by lines of no width.

    ``tolerance``: how far in pixels the outline may run from the edges of the pixels; 0 is exact. Parts meet at
    corners but share no edge. A part of which the tolerance leaves no triangle is left out.
    """
    crop = cropped(covered)
    if not crop.covered.size:
        return []
    padded = np.pad(crop.covered, 1).view(np.uint8)
    _, labels = cv2.connectedComponents(padded, connectivity=4)
    parts: dict[int, list[Ring]] = {}
    for corners in _rings(padded):
        # The topmost corner, of these the leftmost: what lies below right of it is inside, or the ring is a hole's.
        x, y = corners[np.lexsort((corners[:, 0], corners[:, 1]))[0]]
        is_hole = not padded[y + 1, x + 1]
        part = int(labels[y, x + 1] if is_hole else labels[y + 1, x + 1])
        ring = _simplified(corners, tolerance)
        if len(ring) > 2:
            ring = ring[::-1] if (_signed_area(ring) > 0) == is_hole else ring
            parts.setdefault(part, []).insert(0 if not is_hole else len(parts[part]), ring)
    offset = np.array([crop.x, crop.y], np.float64)
    return [_joined(rings) + offset for rings in parts.values()]


def _rings(padded: npt.NDArray[np.uint8]) -> list[npt.NDArray[np.intp]]:
    """The closed lines between 0 and 1, as (n, 2) x, y of their corners; every second edge is horizontal.

    A rectilinear outline is known by its corners: along each row they are joined in pairs, and along each column.
    """
    around = padded[:-1, :-1] + 2 * padded[:-1, 1:] + 4 * padded[1:, :-1] + 8 * padded[1:, 1:]
    # One or three pixels of four make a corner, two that only touch make two.
    corners = np.array([0, 1, 1, 0, 1, 0, 2, 1, 1, 2, 0, 1, 0, 1, 1, 0], np.uint8)[around]
    rows, columns = np.nonzero(corners)
    twice = corners[rows, columns]
    kind = np.repeat(around[rows, columns], twice)
    rows, columns = np.repeat(rows, twice), np.repeat(columns, twice)
    number = np.arange(len(rows))
    # Of a double corner the first copy takes the edge to the left, and that upwards or downwards which bounds the
    # same pixel: two pixels that only touch are two parts.
    is_second = np.concatenate(([False], (rows[1:] == rows[:-1]) & (columns[1:] == columns[:-1])))
    across = np.empty_like(number)
    across[number[0::2]], across[number[1::2]] = number[1::2], number[0::2]
    order = np.lexsort((is_second ^ (kind == 6), rows, columns))
    down = np.empty_like(number)
    down[order[0::2]], down[order[1::2]] = order[1::2], order[0::2]
    ways = (across.tolist(), down.tolist())
    is_left = [True] * len(number)
    found = []
    for start in range(len(number)):
        at, ring = start, []
        while is_left[at]:
            across_to = ways[0][at]
            is_left[at] = is_left[across_to] = False
            ring += [at, across_to]
            at = ways[1][across_to]
        if ring:
            found.append(np.stack((columns[ring], rows[ring]), axis=1))
    return found


def _simplified(corners: npt.NDArray[np.intp], tolerance: float) -> Ring:
    if not tolerance:
        return corners.astype(np.float64)
    ring = cv2.approxPolyDP(corners.astype(np.int32)[:, None], tolerance, closed=True)
    return ring[:, 0].astype(np.float64)


def _signed_area(ring: Ring) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def _joined(rings: list[Ring]) -> Ring:
    """The outer ring, then the holes, each reached and left by the same line from the nearest corner so far."""
    joined = rings[0]
    for hole in rings[1:]:
        nearest = int(np.argmin(((joined - hole[0]) ** 2).sum(axis=1)))
        joined = np.concatenate((joined[: nearest + 1], hole, hole[:1], joined[nearest:]))
    return joined


def filled(rings: list[Ring], shape: tuple[int, int], *, by_winding: bool = False) -> Binary:
    """(H, W) bool: the pixels whose middles lie in any of the rings, each filled by the even-odd rule.

    ``by_winding``: by winding numbers instead, so that what a ring goes around twice is inside as well.
    ``filled(outlines(covered), covered.shape)`` is ``covered``. Raises DamagedFileError for coordinates that are no
    numbers, UnsafeFileError for a size or a number of edges beyond any drawing.
    """
    require_size(shape)
    covered = np.zeros(shape, np.bool_)
    left = CROSSING_LIMIT
    for ring in rings:
        if not np.isfinite(ring).all() or (ring.size and np.abs(ring).max() > PIXEL_LIMIT):
            raise DamagedFileError("its polygon has coordinates outside of any picture")
        left -= _fill(ring, covered, left, by_winding)
    return covered


def _fill(ring: Ring, covered: Binary, limit: int, by_winding: bool) -> int:
    """Fill one ring; how many crossings of rows that took."""
    height, width = covered.shape
    x, y = ring[:, 0], ring[:, 1]
    x_to, y_to = np.roll(x, -1), np.roll(y, -1)
    goes_down = y_to > y
    # Both ways of an edge are computed as one, from its upper end, or rounding would part the areas on its sides.
    x, x_to = np.where(goes_down, (x, x_to), (x_to, x))
    y, y_to = np.where(goes_down, (y, y_to), (y_to, y))
    # The rows whose middles lie between the ends of an edge, the upper end included.
    first = np.clip(np.ceil(y - 0.5), 0, height).astype(np.int64)
    last = np.clip(np.ceil(y_to - 0.5), 0, height).astype(np.int64)
    counts = last - first
    total = int(counts.sum())
    if total > limit:
        raise UnsafeFileError("its polygons have more edges than any drawing; they are not filled")
    if not total:
        return 0
    edge = np.repeat(np.arange(len(ring)), counts)
    row = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    crossing = x[edge] + (row + 0.5 - y[edge]) * (x_to[edge] - x[edge]) / (y_to[edge] - y[edge])
    column = np.clip(np.ceil(crossing - 0.5), 0, width).astype(np.int64)
    top, bottom = int(row.min()), int(row.max()) + 1
    begin, end = int(column.min()), int(column.max())
    at, cells = (row - top) * (end - begin + 1) + column - begin, (bottom - top) * (end - begin + 1)
    ways = np.where(goes_down, 1.0, -1.0)[edge] if by_winding else None
    passed = np.cumsum(np.bincount(at, ways, cells).reshape(bottom - top, -1), axis=1)
    inside = passed != 0 if by_winding else passed & 1
    covered[top:bottom, begin:end] |= inside[:, : end - begin].astype(np.bool_)
    return total
