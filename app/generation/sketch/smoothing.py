"""Strokes as a hand draws them: evenly spaced points on a smooth curve whose ends stay where they are.

All strokes of a sketch are treated in one go: there are hundreds of them, and numpy's toll is per call.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.generation.sketch.strokes import Points

SPACING_PX = 1.5
"""Between two points of a stroke, about."""
_FEWEST = 4


def smoothed(lines: Sequence[Points], closed: Sequence[bool], sigma_px: float) -> list[Points]:
    """Each line resampled and smoothed along itself by a Gaussian; a closed one ends where it begins."""
    if not lines:
        return []
    points, counts = _resampled(lines)
    reach = max(1, int(np.ceil(3 * sigma_px / SPACING_PX)))
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-((offsets * SPACING_PX) ** 2) / (2 * max(sigma_px, 1e-3) ** 2))
    padded, at = _padded(points, counts, np.asarray(closed), reach)
    weights /= weights.sum()
    curve = np.stack([np.convolve(padded[:, axis], weights, "same") for axis in (0, 1)], axis=1)[at]
    pieces = np.split(curve.astype(np.float32), np.cumsum(counts)[:-1])
    return [np.vstack([p, p[:1]]) if loop else p for p, loop in zip(pieces, closed, strict=True)]


def _resampled(lines: Sequence[Points]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """The points of all lines at even distances one after the other, and how many each line has."""
    sizes = np.array([len(line) for line in lines])
    together = np.concatenate(lines).astype(np.float64)
    steps = np.hypot(*np.diff(together, axis=0).T)
    firsts = np.cumsum(sizes) - sizes
    steps[firsts[1:] - 1] = 0.0
    along = np.concatenate([[0.0], np.cumsum(steps)])
    begins, ends = along[firsts], along[firsts + sizes - 1]
    counts = np.maximum(((ends - begins) / SPACING_PX).astype(np.int64), _FEWEST)
    owner = np.repeat(np.arange(len(lines)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    wanted = begins[owner] + (ends - begins)[owner] * within / (counts[owner] - 1)
    # Along is the same at the end of one line and the start of the next: a hair's breadth tells them apart.
    apart = np.repeat(np.arange(len(lines)), sizes) * 1e-3
    wanted = wanted + owner * 1e-3
    return np.stack([np.interp(wanted, along + apart, together[:, axis]) for axis in (0, 1)], axis=1), counts


def _padded(
    points: npt.NDArray[np.float64], counts: npt.NDArray[np.int64], closed: npt.NDArray[np.bool_], reach: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """All lines with ``reach`` more points at both ends, and where the points themselves are in that.

    An open line goes on mirrored at its end point, which is thereby left in its place; a closed one goes round.
    """
    firsts = np.cumsum(counts) - counts
    wide = counts + 2 * reach
    owner = np.repeat(np.arange(len(counts)), wide)
    within = np.arange(wide.sum()) - np.repeat(np.cumsum(wide) - wide, wide) - reach
    last = counts[owner] - 1
    base = firsts[owner]
    round_about = points[base + np.mod(within, last + 1)]
    mirrored = np.clip(np.where(within < 0, -within, np.where(within > last, 2 * last - within, within)), 0, last)
    pivot = points[base + np.where(within < 0, 0, last)]
    outside = ((within < 0) | (within > last))[:, None]
    straight = np.where(outside, 2 * pivot - points[base + mirrored], points[base + mirrored])
    padded = np.where(closed[owner][:, None], round_about, straight)
    return padded, np.flatnonzero((within >= 0) & (within <= last))
