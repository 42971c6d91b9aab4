"""The line that halves a face, found in its mask: what the mirror brush and the guides go by.

The two eyes, brows and ears lie on either side of it at the same distance, the nose and the mouth upon it. The line
that fits all of them best in the sense of least squares is the smallest eigenvector of a 2 × 2 matrix, so it costs as
much as finding a dozen centroids; a few rounds of that see to it that one wrong class does not draw it aside. A turned
head has no such line; what is found then is the nearest thing to one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.faces.classes import CLASS_BY_NAME
from app.faces.mask import Binary, Bits
from app.imaging.cv import cv2
from app.imaging.footprint import Point

_PAIRS = {"l_eye": 1.0, "l_brow": 1.0, "l_ear": 0.5}
"""One name of each pair, and what it counts: of ears one often sees but a part."""
_MIDDLE = ("nose", "mouth", "u_lip", "l_lip")
_LAST_RESORT = "skin"
"""What lies over it cuts it up in index maps, and then its middle is that of what is left."""
_TOLERANCE, _ROUNDS = 0.02, 12
_UPRIGHT = 1.0
"""Square pixels by which a face is rather upright: it decides only where nothing else does."""


@dataclass(frozen=True, slots=True)
class FaceAxis:
    """All points p with ``normal`` · p = ``offset``, in mask pixels (pixel (0, 0) covers 0 ≤ x < 1).

    ``normal`` has the length 1 and points to the right of the picture.
    """

    normal: Point
    offset: float

    def distance(self, point: Point) -> float:
        """How far right of the axis a point lies; left of it: negative."""
        return self.normal[0] * point[0] + self.normal[1] * point[1] - self.offset

    def mirrored(self, point: Point) -> Point:
        """The point as far away on the other side."""
        twice = 2 * self.distance(point)
        return point[0] - twice * self.normal[0], point[1] - twice * self.normal[1]

    def segment(self, shape: tuple[int, int]) -> tuple[Point, Point] | None:
        """The part inside a picture of shape (H, W), from its upper end to its lower; None: it passes by."""
        height, width = shape
        (across, down), offset = self.normal, self.offset
        ends: list[Point] = []
        if across:
            ends += [((offset - down * y) / across, float(y)) for y in (0, height)]
        if down:
            ends += [(float(x), (offset - across * x) / down) for x in (0, width)]
        inside = sorted({(y, x) for x, y in ends if -1e-9 <= x <= width + 1e-9 and -1e-9 <= y <= height + 1e-9})
        if len(inside) < 2:
            return None
        return (inside[0][1], inside[0][0]), (inside[-1][1], inside[-1][0])

    def mirrored_area(self, covered: Binary) -> Binary:
        """A new bool (H, W): each pixel has what lies at its middle's mirror point, nothing beyond the picture."""
        height, width = covered.shape
        y, x = np.mgrid[:height, :width].astype(np.float64) + 0.5
        (across, down), offset = self.normal, self.offset
        twice = 2 * (across * x + down * y - offset)
        column, row = np.floor(x - twice * across).astype(np.intp), np.floor(y - twice * down).astype(np.intp)
        is_inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        area = np.zeros(covered.shape, np.bool_)
        area[is_inside] = covered[row[is_inside], column[is_inside]]
        return area


def face_axis(bits: Bits) -> FaceAxis | None:
    """The axis of the face whose mask is ``bits`` (H, W); None where no class tells of one."""
    signs: list[_Sign] = []
    for name, weight in _PAIRS.items():
        face_class = CLASS_BY_NAME[name]
        assert face_class.partner is not None
        left, right = _centroid(bits, face_class.bit), _centroid(bits, face_class.partner.bit)
        if left is not None and right is not None:
            # A side that is half covered has its middle elsewhere: the less alike in size, the less they tell.
            weight *= min(left[2], right[2]) / max(left[2], right[2])
            between = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
            # Each end is as uncertain as any middle, hence half of the way.
            signs.append((*between, (right[1] - left[1]) / 2, (left[0] - right[0]) / 2, weight))
    middles = [_centroid(bits, CLASS_BY_NAME[name].bit) for name in _MIDDLE]
    signs += [(*middle[:2], 0.0, 0.0, 1.0) for middle in middles if middle is not None]
    if not signs:
        middle = _centroid(bits, CLASS_BY_NAME[_LAST_RESORT].bit)
        if middle is None:
            return None
        signs.append((*middle[:2], 0.0, 0.0, 1.0))
    return _fitted(np.array(signs), tolerance=_TOLERANCE * max(bits.shape))


_Sign = tuple[float, float, float, float, float]
"""A point on the axis, a vector across which the normal should lie (zero: any), and what they count."""


def _fitted(signs: npt.NDArray[np.float64], tolerance: float) -> FaceAxis:
    """The axis by (n, 5) signs; those off by much more than ``tolerance`` pixels count less: a brow painted wrong.

    It begins with the way that the pairs lie and the point in the middle, which nothing wrong can draw far aside.
    """
    points, across, weights = signs[:, :2], signs[:, 2:4], signs[:, 4]
    upright = np.diag([0.0, _UPRIGHT])
    normal = _least((across * weights[:, None]).T @ across + upright)
    offset = float(np.median(points @ normal))
    for _ in range(_ROUNDS):
        # Cauchy's weights: squares up to the tolerance, hardly more beyond.
        counts = weights / (1 + ((points @ normal - offset) ** 2 + (across @ normal) ** 2) / tolerance**2)
        centre = counts @ points / counts.sum()
        off = points - centre
        normal = _least((off * counts[:, None]).T @ off + (across * counts[:, None]).T @ across + upright)
        offset = float(normal @ centre)
    return FaceAxis((float(normal[0]), float(normal[1])), offset)


def _least(spread: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The direction of length 1 and to the right in which (2, 2) is smallest."""
    _, vectors = np.linalg.eigh(spread)
    normal: npt.NDArray[np.float64] = vectors[:, 0] if vectors[0, 0] >= 0 else -vectors[:, 0]
    return normal


def _centroid(bits: Bits, bit: int) -> tuple[float, float, float] | None:
    """x, y of the middle of a class in mask pixels, and its area; None where it is not."""
    moments = cv2.moments(((bits & np.uint32(bit)) != 0).view(np.uint8), binaryImage=True)
    area = moments["m00"]
    return (moments["m10"] / area + 0.5, moments["m01"] / area + 0.5, area) if area else None
