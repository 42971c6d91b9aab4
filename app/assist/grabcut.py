"""An object cut out of the photo by its colours: GrabCut in a box (Rother, Kolmogorov and Blake, 2004).

GrabCut on a whole photo takes seconds and learns from hair and background what a lip is not. Here it sees the box and a
margin around it, made smaller until an answer takes as long as a hand waits, and then once more in full size along the
border found.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from app.faces.mask import Binary
from app.faces.sample import Photo
from app.imaging.cv import cv2
from app.imaging.raster import Rect
from app.jobs import Progress, Silent

SMALLEST_SIDE = 3
"""A box has to have so many pixels each way, or there are no colours to learn from."""
_ROUNDS = 3
_CORE = 0.5
"""Half as wide and high as the box: what is in its middle. On boxes around lips, brows, noses and ears the answer
agrees with the masks of CelebAMask-HQ twice as well (IoU 0.59, not 0.28) when this is known to belong to the object:
parts of a face differ too little in colour from what is around them."""
_COLOUR_WEIGHT = 2.0
"""Of a and b beside lightness: shadows are no borders."""
_COARSE_PIXELS = 150 * 150
"""Up to so many pixels it is done in one go, some 20 ms a round."""
_BAND = 4
"""Pixels at the coarse size on either side of the border that are decided again."""
_LEAST_MARGIN, _MARGIN = 6, 0.25
"""What is seen around the box: a part of its longer side."""
_GC_BGD, _GC_FGD, _GC_PR_BGD, _GC_PR_FGD = 0, 1, 2, 3


def cut_out(
    photo: Photo,
    box: Rect,
    *,
    foreground: Binary | None = None,
    background: Binary | None = None,
    progress: Progress | None = None,
) -> Binary:
    """(h, w) bool: what in the box belongs to the object in it; the box lies in the photo (H, W, 3).

    ``foreground`` and ``background`` (H, W) are known to belong to it, or not to; of both, foreground. As long as there
    is no foreground, the middle of the box is taken for it. Nothing outside the box belongs to the object. The same
    question has the same answer. Raises ValueError for a box smaller than ``SMALLEST_SIDE``, and whatever ``progress``
    raises when it is cancelled: it is asked before each round.
    """
    if box.clipped(photo.shape[:2]) != box or min(box.width, box.height) < SMALLEST_SIDE:
        raise ValueError(f"{tuple(box)} is no box of at least {SMALLEST_SIDE} pixels in {photo.shape[:2]}")
    progress = progress or Silent()
    seen = _seen(box, (photo.shape[0], photo.shape[1]))
    marks = np.full((seen.height, seen.width), _GC_BGD, np.uint8)
    inside = Rect(box.x - seen.x, box.y - seen.y, box.width, box.height).slices
    marks[inside] = np.where(_ellipse(box, 1.0), _GC_PR_FGD, _GC_PR_BGD)
    is_known = foreground is not None and bool(foreground[box.slices].any())
    if not is_known:
        marks[inside][_ellipse(box, _CORE)] = _GC_FGD
    if background is not None:
        marks[background[seen.slices]] = _GC_BGD
    if foreground is not None:
        marks[inside][foreground[box.slices]] = _GC_FGD
    picture = _colours(photo[seen.slices])
    scale = math.sqrt(_COARSE_PIXELS / marks.size)
    if scale >= 1:
        found = _rounds(picture, marks, _ROUNDS, progress)
    else:
        size = max(SMALLEST_SIDE, round(seen.width * scale)), max(SMALLEST_SIDE, round(seen.height * scale))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        coarse = _rounds(small, _reduced(marks, size), _ROUNDS, progress)
        found = _refined(picture, marks, coarse, progress)
    return found[inside].copy()


def _seen(box: Rect, shape: tuple[int, int]) -> Rect:
    margin = max(_LEAST_MARGIN, round(_MARGIN * max(box.width, box.height)))
    return Rect(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin).clipped(shape)


def _ellipse(box: Rect, size: float) -> Binary:
    """(h, w) bool: the ellipse in the middle of a box, ``size`` times as wide and high."""
    x = (np.arange(box.width) + 0.5) / box.width * 2 - 1
    y = (np.arange(box.height) + 0.5) / box.height * 2 - 1
    inside: Binary = (x * x)[None, :] + (y * y)[:, None] <= size * size
    return inside


def _colours(photo: Photo) -> Photo:
    lab = cv2.cvtColor(np.ascontiguousarray(photo), cv2.COLOR_RGB2Lab).astype(np.float32)
    lab[..., 1:] = (lab[..., 1:] - 128) * np.float32(_COLOUR_WEIGHT) + 128
    return lab.clip(0, 255).astype(np.uint8)


def _rounds(picture: Photo, marks: npt.NDArray[np.uint8], count: int, progress: Progress) -> Binary:
    """What belongs to the object after so many rounds; ``marks`` becomes what is known then."""
    if not _has_both(marks):
        return _belongs(marks)
    cv2.setRNGSeed(0)  # the first guess of the colours is drawn by lot, from numbers of this thread
    models = np.zeros((1, 65)), np.zeros((1, 65))
    for done in range(count):
        progress.report(done, count)
        how = cv2.GC_INIT_WITH_MASK if done == 0 else cv2.GC_EVAL
        cv2.grabCut(picture, marks, None, *models, 1, how)  # type: ignore[call-overload]
        if not _has_both(marks):
            break
    return _belongs(marks)


def _has_both(marks: npt.NDArray[np.uint8]) -> bool:
    """Whether neither of the two models of colours is without any: OpenCV raises then."""
    count = int(np.count_nonzero(marks & 1))
    return 0 < count < marks.size


def _belongs(marks: npt.NDArray[np.uint8]) -> Binary:
    belongs: Binary = (marks & 1) == 1
    return belongs


def _reduced(marks: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """The marks of a smaller picture; a thin line drawn as known stays one."""
    small = cv2.resize(marks, size, interpolation=cv2.INTER_NEAREST).astype(np.uint8)
    for known in (_GC_BGD, _GC_FGD):
        share = cv2.resize((marks == known).astype(np.float32), size, interpolation=cv2.INTER_AREA)
        small[share > (0.25 if known == _GC_FGD else 0.5)] = known
    return small


def _refined(picture: Photo, marks: npt.NDArray[np.uint8], coarse: Binary, progress: Progress) -> Binary:
    """The border of a coarse answer found again in full size, tile by tile of what lies along it."""
    height, width = marks.shape
    soft = cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    found: Binary = soft > 0.5
    reach = round(_BAND * math.sqrt(marks.size / _COARSE_PIXELS))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    view = found.view(np.uint8)
    is_open = (cv2.dilate(view, kernel) != cv2.erode(view, kernel)) & (marks != _GC_BGD) & (marks != _GC_FGD)
    found = np.where(is_open, found, np.where(marks == _GC_BGD, False, (marks == _GC_FGD) | found))
    tile, overlap = 128, 2 * reach
    tiles = [(y, x) for y in range(0, height, tile) for x in range(0, width, tile)]
    answer = found.copy()
    for done, (y, x) in enumerate(tiles):
        progress.report(done, len(tiles))
        if not is_open[y : y + tile, x : x + tile].any():
            continue
        top, left = max(0, y - overlap), max(0, x - overlap)
        part = slice(top, y + tile + overlap), slice(left, x + tile + overlap)
        here = np.where(is_open[part], np.where(found[part], _GC_PR_FGD, _GC_PR_BGD), found[part]).astype(np.uint8)
        got = _rounds(np.ascontiguousarray(picture[part]), here, 1, progress)
        inner = got[y - top : y - top + tile, x - left : x - left + tile]
        np.copyto(answer[y : y + tile, x : x + tile], inner, where=is_open[y : y + tile, x : x + tile])
    return answer
