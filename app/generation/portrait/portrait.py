"""One sitting: puts the person together from back to front and hands out photo, mask layers and sketch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.faces.mask import Binary
from app.generation.portrait.body import make_bust, paint_bust, paint_ear
from app.generation.portrait.canvas import Canvas
from app.generation.portrait.chart import PIXELS_PER_UNIT, Chart
from app.generation.portrait.complexion import chart_grid, paint_complexion
from app.generation.portrait.features import paint_features
from app.generation.portrait.hair import grow_beard, grow_hair, hairline
from app.generation.portrait.hats import hat_shadow, paint_hat
from app.generation.portrait.head import CHART_X, CHART_Y, Head, Surface, make_head
from app.generation.portrait.pencil import draw_sketch
from app.generation.portrait.people import Hairstyle, Person
from app.generation.portrait.sheet import Floats, blurred, ellipse, smoothstep
from app.generation.portrait.strands import Locks, draw_locks
from app.generation.portrait.studio import backdrop, finish, shading
from app.generation.portrait.wear import paint_earrings, paint_glasses, paint_necklace
from app.imaging.cv import cv2

PHOTO_SIZE = 1024
MASK_SIZE = 512
_UNIT_PX = 200.0
_EYES_Y = 480.0


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A drawn person: photo (1024, 1024, 3) RGB and sketch (512, 512) as uint8, layers (512, 512) bool by class."""

    photo: npt.NDArray[np.uint8]
    sketch: npt.NDArray[np.uint8]
    layers: dict[str, Binary]


def draw_portrait(person: Person) -> Portrait:
    """Draw a person; the same person always gives the same pixels."""
    rng = np.random.default_rng(person.seed)
    size = PHOTO_SIZE
    unit = _UNIT_PX * person.scale
    head = make_head(person.build, person.pose, unit_px=unit, centre_px=_centre(person, unit))
    canvas = Canvas(backdrop(person.light, rng, size), rng)
    locks = grow_hair(person, head, rng)
    bust = make_bust(person, head)
    if locks is not None:
        _paint_hair(canvas, person, head, locks, behind=True)
    paint_bust(canvas, person, head, bust)
    paint_necklace(canvas, person, bust)
    near = 1 if person.pose.yaw > 0 else -1
    paint_ear(canvas, person, head, -near, hides=("hair",))
    chart = _paint_chart(person, rng)
    surface = head.surface(size // 2, size)
    _paint_head(canvas, person, head, chart, surface)
    paint_ear(canvas, person, head, near, hides=("hair", "skin"))
    _catchlights(canvas, person, head, chart)
    paint_glasses(canvas, person, head)
    beard = grow_beard(person, head, rng)
    if beard is not None:
        _paint_beard(canvas, person, head, beard)
    if locks is not None:
        _paint_hair(canvas, person, head, locks, behind=False)
    paint_earrings(canvas, person, head)
    paint_hat(canvas, person, head)
    lit = np.clip(finish(canvas.image, rng), 0, 1)
    layers = canvas.binaries(MASK_SIZE)
    sketch = draw_sketch(lit, canvas.layers, rng, MASK_SIZE)
    return Portrait(np.round(lit * 255).astype(np.uint8), sketch, layers)


def _centre(person: Person, unit: float) -> tuple[float, float]:
    """Where head space's origin lies so that the eyes stay where the dataset's alignment keeps them."""
    yaw = np.radians(person.pose.yaw)
    return PHOTO_SIZE / 2 + 0.5 * float(np.sin(yaw)) * unit, _EYES_Y + 0.5 * float(
        np.sin(np.radians(person.pose.pitch))
    ) * unit


def _paint_chart(person: Person, rng: np.random.Generator) -> Chart:
    chart = Chart.blank(person, rng)
    paint_complexion(chart)
    paint_features(chart)
    xs, ys = chart_grid(chart)
    line = hairline(np.abs(xs[0]), receding=person.hair.style is Hairstyle.RECEDING)[None]
    softness = 0.14 if person.hair.style is Hairstyle.RECEDING else 0.05
    scalp = smoothstep(0.035, -softness, ys - line)
    if person.hair.style is not Hairstyle.BALD:
        dark = np.asarray(person.hair.colour, np.float32) * 0.42
        if person.hair.gray > 0.5:
            dark = dark * 0.6 + 0.16
        chart.albedo.image += (dark - chart.albedo.image) * (scalp * 0.92)[..., None]
        chart.gloss.image *= 1 - scalp
        chart.layers["hair"] = scalp
    # Skin runs on under the first stretch of hair, as annotators draw it.
    reach = 9.0 if person.hair.style is Hairstyle.BALD else 0.1
    chart.layers["skin"] = (ys > line - reach).astype(np.float32)
    return chart


def _paint_head(canvas: Canvas, person: Person, head: Head, chart: Chart, surface: Surface) -> None:
    size = canvas.size

    def full(field: Floats) -> Floats:
        return cv2.resize(field, (size, size), interpolation=cv2.INTER_LINEAR)

    u = (full(surface.x) + CHART_X) * PIXELS_PER_UNIT
    v = (full(surface.y) + CHART_Y) * PIXELS_PER_UNIT

    def bent(field: Floats) -> Floats:
        return cv2.remap(field, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    inside = full(np.clip(surface.inside, -0.4, 0.4))
    slope = np.hypot(cv2.Sobel(inside, cv2.CV_32F, 1, 0), cv2.Sobel(inside, cv2.CV_32F, 0, 1)) / 8
    alpha = np.clip(inside / np.maximum(slope, 1e-4) + 0.5, 0, 1)
    factor, shine = shading(surface.depth, person.light, head.unit_px / 2)
    picture = bent(chart.albedo.image) * full(factor) + (full(shine) * bent(chart.gloss.image))[..., None]
    shadow = hat_shadow(person, head, size)
    picture *= 1 - shadow[..., None] * np.array((0.42, 0.5, 0.5), np.float32)
    occluded = ("hair", "neck", "cloth", "neck_l", "l_ear", "r_ear")
    canvas.paint(None, picture, alpha, hides=occluded)
    names = list(chart.layers)
    for start in range(0, len(names), 4):
        # Four layers bend in the time of one.
        some = names[start : start + 4]
        stack = np.stack([chart.layers[name] * 255 for name in some], axis=-1).astype(np.uint8)
        seen = bent(stack).reshape(size, size, len(some))
        for k, name in enumerate(some):
            canvas.claim(name, seen[..., k] * (alpha / 255))


def _paint_hair(canvas: Canvas, person: Person, head: Head, locks: Locks, *, behind: bool) -> None:
    chosen = locks.only(behind=behind)
    hair = person.hair
    picture = draw_locks(chosen, head, person.light, hair, canvas.rng, size=canvas.size, strands=9)
    if not behind:
        key, unit = person.light.direction, head.unit_px
        soft = blurred(picture[..., 3], 0.05 * unit)
        move = np.array([(1, 0, -key[0] * 0.07 * unit), (0, 1, 0.07 * unit)], np.float32)
        soft = cv2.warpAffine(soft, move, (canvas.size, canvas.size))
        canvas.image *= 1 - soft[..., None] * np.array((0.34, 0.4, 0.4), np.float32)
    else:
        picture[..., :3] *= 0.72
    canvas.paint_premultiplied("hair", picture, hides=("neck", "cloth", "neck_l", "l_ear", "r_ear", "eye_g"))


def _paint_beard(canvas: Canvas, person: Person, head: Head, beard: Locks) -> None:
    picture = draw_locks(
        beard, head, person.light, person.hair, canvas.rng,
        size=canvas.size, strands=4, base=False, shine=0.35,
    )  # fmt: skip
    canvas.paint_premultiplied("skin", picture, hides=("neck", "cloth"))


def _catchlights(canvas: Canvas, person: Person, head: Head, chart: Chart) -> None:
    key = person.light.direction
    sheet = canvas.sheet(lambda pixels: pixels, 1.0)
    size = 0.019 * head.unit_px
    for iris in chart.irises:
        x, y = head.place(np.array([iris], np.float32))[0]
        glint = (float(x) + key[0] * 0.055 * head.unit_px, float(y) - 0.042 * head.unit_px)
        sheet.fill(ellipse(glint, (size, size * 1.2)), (1.0, 1.0, 1.0), strength=0.95, blur=0.8)
        low = (float(x) - key[0] * 0.06 * head.unit_px, float(y) + 0.05 * head.unit_px)
        sheet.fill(ellipse(low, (size * 0.7, size * 0.5)), person.light.fill, strength=0.35, blur=1.5)
