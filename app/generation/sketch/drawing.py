"""Strokes on paper: as pixels and as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from app.generation.sketch.strokes import Points
from app.imaging.cv import cv2

Drawing = npt.NDArray[np.uint8]
"""The pixels of a sketch: (H, W) grey, dark lines on light paper."""

PAPER = 254
"""The white of the released sketches."""

_FINE = 2048
"""The side of the sheet strokes are drawn on before it is reduced."""
_FRACTION_BITS = 4
_SVG_EVERY = 2


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """A curve of ``points`` with a pen ``widths`` (N,) wide, in pixels of the line map it belongs to."""

    points: Points
    widths: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class LineMap:
    """A drawing: strokes on a sheet of ``shape`` (H, W). It has no resolution of its own."""

    strokes: tuple[Stroke, ...]
    shape: tuple[int, int]

    @property
    def length_px(self) -> float:
        """Of all strokes together."""
        return sum(float(np.hypot(*np.diff(stroke.points, axis=0).T).sum()) for stroke in self.strokes)


def drawn(
    line_map: LineMap, shape: tuple[int, int], *, gap_px: float = 1.6, hole_px: float = 20.0, softness_px: float = 1.0
) -> Drawing:
    """The strokes at ``shape`` (H, W).

    Gaps between strokes up to twice ``gap_px`` and holes under ``hole_px`` square pixels run full of ink, as they do in
    the released sketches; ``softness_px`` blurs. All are in the line map's pixels.
    """
    height, width = shape
    scale = width / line_map.shape[1]
    fine = max(2, round(_FINE / max(shape)))
    sheet = np.full((height * fine, width * fine), 255, np.uint8)
    for thickness, lines in _by_thickness(line_map.strokes, scale * fine).items():
        cv2.polylines(sheet, lines, False, 0, thickness, cv2.LINE_8, _FRACTION_BITS)
    paper = np.asarray(cv2.resize(sheet, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    if hole_px:
        _fill_holes(paper, hole_px * scale**2)
    if gap_px:
        ink = cv2.bitwise_not(paper)
        closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, _disc(gap_px * scale))
        paper = np.asarray(cv2.bitwise_not(cv2.max(ink, cv2.convertScaleAbs(closed, alpha=0.96))), np.uint8)
    if softness_px:
        paper = np.asarray(cv2.GaussianBlur(paper, (0, 0), softness_px * scale), np.uint8)
    return np.minimum(paper, np.uint8(PAPER))


def as_svg(line_map: LineMap, shape: tuple[int, int]) -> str:
    """The strokes as filled outlines in an SVG document whose picture is ``shape`` (H, W) large."""
    height, width = line_map.shape
    size = f'width="{shape[1]}" height="{shape[0]}" viewBox="0 0 {width} {height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        f'<rect width="{width}" height="{height}" fill="#{PAPER:02x}{PAPER:02x}{PAPER:02x}"/>',
        '<g fill="#000" stroke="#000" stroke-width=".6" stroke-linejoin="round">',
        *(f'<path d="{_outline(stroke)}"/>' for stroke in line_map.strokes),
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _by_thickness(strokes: Sequence[Stroke], scale: float) -> dict[int, list[npt.NDArray[np.int32]]]:
    """Pieces of one thickness each, in fixed-point pixels of the fine sheet; OpenCV draws all of one in a call."""
    found: dict[int, list[npt.NDArray[np.int32]]] = {}
    for stroke in strokes:
        points = np.rint((stroke.points + 0.5) * (scale * 2**_FRACTION_BITS)).astype(np.int32)
        thick = np.maximum(1, np.rint(stroke.widths[:-1] * scale)).astype(np.int64)
        cuts = [0, *(np.flatnonzero(np.diff(thick)) + 1).tolist(), len(thick)]
        for begin, end in pairwise(cuts):
            if end > begin:
                found.setdefault(int(thick[begin]), []).append(points[begin : end + 1])
    return found


def _fill_holes(paper: Drawing, area: float) -> None:
    """Specks of paper that are smaller than ``area`` are nearly black."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((paper > 128).astype(np.uint8), connectivity=4)
    ink = np.zeros(count, np.uint8)
    ink[1:] = stats[1:, cv2.CC_STAT_AREA] < area
    paper[ink[labels] > 0] = 30


def _disc(radius: float) -> npt.NDArray[np.uint8]:
    reach = max(1, int(np.ceil(radius)))
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc: npt.NDArray[np.uint8] = (np.hypot(rows, columns) <= radius).astype(np.uint8)
    return disc


def _outline(stroke: Stroke) -> str:
    """Down one side of the stroke and up the other."""
    keep = np.unique(np.append(np.arange(0, len(stroke.points), _SVG_EVERY), len(stroke.points) - 1))
    points = stroke.points[keep] + 0.5
    along = np.gradient(points, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)[:, None]
    # The outline is stroked 0.6 wide itself, which rounds its corners.
    aside = np.stack([-along[:, 1], along[:, 0]], axis=1) * np.maximum(stroke.widths[keep] / 2 - 0.3, 0.05)[:, None]
    outline = np.concatenate([points + aside, (points - aside)[::-1]])
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in outline.tolist()) + "Z"
