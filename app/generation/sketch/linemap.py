"""Line maps: a pencil drawing of a photo without a network.

The released sketches came from a filter and a network that simplified its lines; the network must not be shipped. This
is a stand-in that draws the same family of lines: the crests of the photo's grey steps (``flow.py``), those that are
strong enough (``thinning.py``), as strokes (``strokes.py``) that are smooth (``smoothing.py``) and tapered
(``drawing.py``).

Photos are looked at with their longer side at 512 pixels, whatever they have and whatever is asked for: the lines are
vectors, and every length below is in those pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.faces.classes import CLASS_BY_NAME, OFFICIAL_PAINT_ORDER, PaintOrder
from app.faces.mask import MaskLayers, flatten
from app.faces.sample import Photo
from app.generation.sketch.drawing import Drawing, LineMap, Stroke, drawn
from app.generation.sketch.flow import Field, blurred, ridges
from app.generation.sketch.smoothing import SPACING_PX, smoothed
from app.generation.sketch.strokes import Points, joined, length_of, paths_in
from app.generation.sketch.thinning import connected_to, thinned
from app.imaging.cv import cv2

LOOKED_AT_PX = 512
SIZES = (256, 512, 1024)

BEGINS = 0.0245
"""The strength that begins a line at medium detail."""
CARRIED_ON = 0.67
"""Lines go on to this part of the strength that begins them."""
_FEWEST_PX, _FAINTEST = 3000, 0.5
"""A photo with fewer pixels of crest is a faint one: its lines begin earlier, down to this part of the strength."""
_MOST_PX = 25_000
"""Crests considered at most: noise is nothing but crests."""

_WEAK_PX = 40.0
"""Shorter strokes have to be strong all along."""
_TAPER_PX, _TIP = 7.0, 0.55
"""How far from its ends a stroke begins to thin, and to what part of its width."""
_BY_STRENGTH, _TYPICAL = 12.0, 0.03
"""Pixels of width per unit of strength above the typical one, which is drawn as wide as the pen."""
_NARROWEST, _WIDEST = 0.76, 1.28
"""Parts of the pen's width between which a stroke stays before it thins."""

_GAIN = {
    "background": 0.7, "hair": 0.85, "hat": 0.9, "cloth": 0.9, "nose": 1.25, "eye_g": 1.3, "l_ear": 1.15, "r_ear": 1.15,
    "l_brow": 1.35, "r_brow": 1.35, "mouth": 1.4, "u_lip": 1.4, "l_lip": 1.4, "l_eye": 1.5, "r_eye": 1.5,
}  # fmt: skip
_PARTS = ("nose", "eye_g", "l_brow", "r_brow", "mouth", "u_lip", "l_lip", "l_eye", "r_eye")
_PARTS_GAIN = 1.3
_PARTS_REACH_PX, _FEATHER_PX = 4, 3.0


@dataclass(frozen=True, slots=True)
class LineMapOptions:
    """What of a photo is drawn, and how. Lengths are in pixels of a picture whose longer side has 512.

    ``detail`` 0…1 lowers what a line takes to be drawn to a half or doubles it, ``smoothing_px`` is what is too fine to
    be seen, ``emphasis`` 0…2 how much more (0: no more) the parts of the face count than hair and background where
    there is a mask.
    """

    detail: float = 0.5
    smoothing_px: float = 1.5
    stroke_px: float = 3.5
    shortest_px: float = 8.0
    roundness_px: float = 2.5
    softness_px: float = 1.0
    emphasis: float = 0.0


@dataclass(frozen=True, slots=True)
class Preset:
    """Options with a name."""

    name: str
    title: str
    options: LineMapOptions


PRESETS: tuple[Preset, ...] = (
    Preset("released", "Released look", LineMapOptions()),
    Preset("mask-guided", "Mask-guided", LineMapOptions(emphasis=1.0)),
    Preset("detailed", "Detailed", LineMapOptions(detail=0.75, smoothing_px=1.2)),
    Preset("sparse", "Sparse", LineMapOptions(detail=0.3, smoothing_px=2.2, shortest_px=20.0)),
)


def line_map(photo: Photo, options: LineMapOptions = PRESETS[0].options, *, gain: Field | None = None) -> LineMap:
    """The strokes of a photo (H, W, 3) or a grey picture (H, W); the same photo always gives the same strokes.

    ``gain`` (see ``face_gain``) has any size.
    """
    grey = looked_at(photo)
    height, width = grey.shape
    if gain is not None:
        gain = cv2.resize(gain, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32, copy=False)
    found = ridges(grey, smoothing_px=options.smoothing_px, gain=gain)
    begins = _beginning(found.strength[found.crest > 0], options.detail)
    strong = (found.strength > begins) & (found.crest > 0)
    weak = (found.strength > CARRIED_ON * begins) & (found.crest > 0)
    crests = connected_to(strong.view(np.uint8), weak.view(np.uint8))
    closed_up = cv2.morphologyEx(crests, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    thin = thinned(np.asarray(closed_up, np.uint8))
    lines, closed = [], []
    for points, is_closed in joined(paths_in(thin)):
        length = length_of(points)
        if length < options.shortest_px:
            continue
        if length < _WEAK_PX and _at(found.strength, points).mean() < begins:
            continue
        lines.append(points)
        closed.append(is_closed)
    curves = smoothed(lines, closed, options.roundness_px)
    return LineMap(tuple(_inked(curves, closed, found.strength, options.stroke_px)), (height, width))


def draw_line_map(
    photo: Photo,
    options: LineMapOptions = PRESETS[0].options,
    *,
    size: int = LOOKED_AT_PX,
    gain: Field | None = None,
) -> Drawing:
    """The line map of a photo as pixels, its longer side ``size``."""
    strokes = line_map(photo, options, gain=gain)
    return drawn(strokes, scaled_shape(photo.shape, size), softness_px=options.softness_px)


def scaled_shape(shape: Sequence[int], longer: int) -> tuple[int, int]:
    """(H, W) with the same proportions, the longer side ``longer``."""
    height, width = shape[:2]
    scale = longer / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def looked_at(photo: Photo) -> Field:
    """The grey of a photo, 0…1, with the longer side at 512: reduced by area, enlarged smoothly."""
    grey = photo if photo.ndim == 2 else cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    height, width = scaled_shape(grey.shape, LOOKED_AT_PX)
    if grey.shape != (height, width):
        method = cv2.INTER_AREA if grey.shape[0] > height else cv2.INTER_CUBIC
        grey = cv2.resize(grey, (width, height), interpolation=method)
    return grey.astype(np.float32) / np.float32(255)


def face_gain(mask: MaskLayers, emphasis: float = 1.0, paint_order: PaintOrder = OFFICIAL_PAINT_ORDER) -> Field:
    """How much each pixel's lines count: eyes, lips, brows and nose more, hair and background less.

    (H, W) with the longer side at 512; ``emphasis`` 0 gives 1 everywhere.
    """
    height, width = scaled_shape(mask.shape, LOOKED_AT_PX)
    classes = cv2.resize(flatten(mask.bits, paint_order), (width, height), interpolation=cv2.INTER_NEAREST)
    table = np.ones(256, np.float32)
    for name, value in _GAIN.items():
        table[CLASS_BY_NAME[name].id] = value
    is_part = np.zeros(256, np.uint8)
    is_part[[CLASS_BY_NAME[name].id for name in _PARTS]] = 1
    gain = table[classes]
    parts = cv2.dilate(is_part[classes], np.ones((2 * _PARTS_REACH_PX + 1,) * 2, np.uint8))
    gain[(parts > 0) & (gain < _PARTS_GAIN)] = _PARTS_GAIN
    result: Field = blurred(gain, _FEATHER_PX) ** np.float32(emphasis)
    return result


def _beginning(crests: Field, detail: float) -> float:
    """The strength that begins a line, given all that there are."""
    begins = BEGINS * 4 ** (0.5 - detail)
    if not crests.size:
        return begins
    descending = np.sort(crests)[::-1]
    faint = float(descending[min(_FEWEST_PX, crests.size - 1)])
    noise = float(descending[min(_MOST_PX, crests.size - 1)])
    return max(min(begins, max(faint, _FAINTEST * begins)), noise)


def _inked(curves: Sequence[Points], closed: Sequence[bool], strength: Field, pen_px: float) -> list[Stroke]:
    """The curves with a pen that presses more on strong lines and is lifted at both ends."""
    if not curves:
        return []
    counts = np.array([len(curve) for curve in curves])
    pressed = pen_px + _BY_STRENGTH * (_at(strength, np.concatenate(curves)) - _TYPICAL)
    pressed = np.clip(pressed, _NARROWEST * pen_px, _WIDEST * pen_px)
    strokes = []
    for curve, widths, is_closed in zip(curves, np.split(pressed, np.cumsum(counts)[:-1]), closed, strict=True):
        if len(widths) > 9:
            widths = np.convolve(np.pad(widths, 4, mode="edge"), np.full(9, 1 / 9), "valid")
        if not is_closed:
            from_end = np.minimum(np.arange(len(widths)), np.arange(len(widths))[::-1]) * SPACING_PX
            widths = widths * (_TIP + (1 - _TIP) * np.minimum(1, from_end / _TAPER_PX))
        strokes.append(Stroke(curve, widths.astype(np.float32)))
    return strokes


def _at(field: Field, points: Points) -> Field:
    """The field's values at the points' pixels."""
    height, width = field.shape
    columns = np.clip(np.rint(points[:, 0]).astype(int), 0, width - 1)
    rows = np.clip(np.rint(points[:, 1]).astype(int), 0, height - 1)
    values: Field = field[rows, columns]
    return values
