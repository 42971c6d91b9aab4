"""Neck, ears and clothes: what carries the head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.generation.portrait.canvas import Canvas
from app.generation.portrait.head import Head
from app.generation.portrait.people import Garment, Pattern, Person
from app.generation.portrait.sheet import Colour, Floats, coverage, ellipse, noise, ribbon, smoothstep, spline
from app.generation.portrait.studio import shading
from app.imaging.cv import cv2


@dataclass(frozen=True, slots=True, eq=False)
class Bust:
    """Where neck and shoulders are: units below and beside the eyes of a head that looks straight ahead."""

    centre_px: tuple[float, float]
    unit_px: float
    neck_width: float
    shoulders: float

    def pixels(self, points: Floats | list[tuple[float, float]]) -> Floats:
        """Bust units (n, 2) → pixels."""
        result: Floats = np.asarray(points, np.float32) * self.unit_px + self.centre_px
        return result


def make_bust(person: Person, head: Head) -> Bust:
    """The bust under a head; a turned head moves it a little to the other side."""
    x, y = head.centre_px
    turned = head.project(np.array([(0.0, 1.2, -0.25)], np.float32))[0]
    base_x = 0.45 * x + 0.55 * float(turned[0])
    width = (0.62 if person.male else 0.47) + 0.07 * person.build.chubby
    return Bust((base_x, y), head.unit_px, width, 2.15 if person.male else 1.85)


def paint_bust(canvas: Canvas, person: Person, head: Head, bust: Bust) -> None:
    """Neck and chest in skin, then the clothes over them."""
    _neck(canvas, person, head, bust)
    _clothes(canvas, person, bust)


def _neck_outline(bust: Bust) -> Floats:
    w, s = bust.neck_width, bust.shoulders
    right = [(w * 1.02, 0.7), (w, 1.4), (w * 1.04, 1.75), (w * 1.3, 1.98), (s * 0.68, 2.16), (s, 2.42), (s * 1.2, 3.1)]
    return spline([*right, *[(-x, y) for x, y in right[::-1]]])


def _body_depth(bust: Bust, size: int) -> Floats:
    """Depth in units of neck and chest on a half-size picture."""
    half = size // 2
    grid = np.arange(half, dtype=np.float32) * 2 + 0.5
    x = ((grid - bust.centre_px[0]) / bust.unit_px)[None, :]
    y = ((grid - bust.centre_px[1]) / bust.unit_px)[:, None]
    w = bust.neck_width
    neck = 0.75 * w * np.sqrt(np.clip(1 - (x / (w * 1.12)) ** 2, 0.0, 1)) * smoothstep(2.5, 1.9, y)
    chest = 0.42 * smoothstep(1.75, 2.7, y) * (1 - 0.35 * (x / bust.shoulders) ** 2)
    collar = 0.035 * np.exp(-(((y - 2.2 - 0.1 * np.abs(x)) / 0.07) ** 2)) * smoothstep(0.08, 0.4, np.abs(x))
    cords = 0.05 * np.exp(-(((np.abs(x) - 0.42 * w + 0.32 * w * smoothstep(1.5, 2.1, y)) / 0.09) ** 2))
    depth: Floats = (neck + chest + collar + cords * smoothstep(2.15, 1.9, y)).astype(np.float32)
    return cv2.GaussianBlur(depth, (0, 0), 2.5)


def _neck(canvas: Canvas, person: Person, head: Head, bust: Bust) -> None:
    size = canvas.size
    factor, shine = shading(_body_depth(bust, size), person.light, bust.unit_px / 2)
    tone = np.asarray(person.skin.tone, np.float32) * np.array((0.97, 0.95, 0.94), np.float32)
    mottle = 1 + 0.02 * noise(canvas.rng, (size // 2, size // 2), 20)[..., None]
    half = tone * mottle * factor + 0.5 * shine[..., None]
    # The chin's shadow: what keeps a head from floating.
    key = person.light.direction
    chin = head.project(np.array([(0.0, 1.25, 0.1)], np.float32))[0]
    u = bust.unit_px
    spot = ellipse((float(chin[0]) - key[0] * 0.45 * u, float(chin[1]) + 0.36 * u), (0.85 * u, 0.62 * u))
    shadow = coverage(spot / 2, (size // 2, size // 2), 0.1 * u)
    half = half * (1 - shadow[..., None] * np.array((0.46, 0.54, 0.54), np.float32))
    picture = cv2.resize(half.astype(np.float32), (size, size), interpolation=cv2.INTER_LINEAR)
    canvas.paint("neck", picture, coverage(bust.pixels(_neck_outline(bust)), (size, size)), hides=("hair",))


def _clothes(canvas: Canvas, person: Person, bust: Bust) -> None:
    outfit, size = person.outfit, canvas.size
    w, s = bust.neck_width, bust.shoulders
    right = [(w * 1.12, 1.86), (w * 1.45, 1.98), (s * 0.7, 2.12), (s * 1.02, 2.38), (s * 1.25, 3.2)]
    whole = coverage(bust.pixels(spline([*right, *[(-x, y) for x, y in right[::-1]]])), (size, size))
    opening = _neckline(outfit.garment, w, s)
    cloth = whole
    if opening is not None:
        cloth = whole * (1 - coverage(bust.pixels(opening), (size, size)))
    picture = _cloth_picture(canvas, person, bust, outfit.cloth)
    hides = ("hair", "neck")
    if outfit.garment is Garment.SUIT:
        _shirt_front(canvas, person, bust, whole)
        lapels = np.array([(-w * 1.25, 1.8), (w * 1.25, 1.8), (0.16, 3.0), (-0.16, 3.0)], np.float32)
        cloth = whole * (1 - coverage(bust.pixels(lapels), (size, size)))
    if opening is not None and outfit.garment is not Garment.SUIT:
        edge = coverage(bust.pixels(opening), (size, size), 0.035 * bust.unit_px) * whole
        canvas.image *= 1 - 0.35 * (edge * (1 - coverage(bust.pixels(opening), (size, size))))[..., None]
    canvas.paint("cloth", picture, cloth, hides=hides)
    _trim(canvas, person, bust, opening, whole)


def _neckline(garment: Garment, w: float, s: float) -> Floats | None:
    """The outline of the skin that a garment leaves bare, in bust units."""
    if garment is Garment.TEE:
        return ellipse((0, 1.72), (w * 1.22, 0.5))
    if garment is Garment.V_NECK:
        return spline([(-w * 1.3, 1.6), (-w * 1.22, 1.9), (-0.28, 2.4), (0, 2.62), (0.28, 2.4), (w * 1.22, 1.9),
                       (w * 1.3, 1.6)])  # fmt: skip
    if garment is Garment.SHIRT:
        return np.array([(-w * 1.2, 1.5), (w * 1.2, 1.5), (w * 1.02, 1.88), (0.0, 2.38), (-w * 1.02, 1.88)], np.float32)
    if garment is Garment.HOODIE:
        return ellipse((0, 1.78), (w * 1.15, 0.5))
    if garment is Garment.STRAPS:
        return spline([(-s * 1.3, 1.5), (-s * 1.25, 2.6), (-0.85, 2.72), (0, 2.56), (0.85, 2.72), (s * 1.25, 2.6),
                       (s * 1.3, 1.5)])  # fmt: skip
    if garment is Garment.BLOUSE:
        return ellipse((0, 1.85), (w * 1.75, 0.48))
    return None


def _cloth_picture(canvas: Canvas, person: Person, bust: Bust, colour: Colour) -> Floats:
    size, rng = canvas.size, canvas.rng
    half = size // 2
    depth = _body_depth(bust, size)
    grid = (np.arange(half, dtype=np.float32) * 2 - bust.centre_px[0]) / bust.unit_px
    depth = depth - 0.16 * (np.abs(grid) / bust.shoulders)[None, :] ** 3
    # Folds run from the shoulders to the middle: stretch noise along slanted lines and mirror it.
    folds: Floats = noise(rng, (half, half), 42) * 0.02
    slant = np.array([(1, 0.55, -0.28 * half), (0, 0.45, 0.3 * half)], np.float32)
    folds = cv2.warpAffine(folds, slant, (half, half), borderMode=cv2.BORDER_REFLECT)
    folds = np.concatenate([folds[:, : half // 2], folds[:, : half // 2][:, ::-1]], axis=1)
    folds = cv2.resize(folds, (half, half)) + noise(rng, (half, half), 80) * 0.04
    factor, shine = shading(
        (depth + folds).astype(np.float32), person.light, bust.unit_px / 2, falloff=np.ones(3, np.float32)
    )
    weave = 1 + 0.02 * noise(rng, (half, half), 1.3)[..., None]
    dye = _dyed(person.outfit.pattern, colour, bust, half)
    picture = dye * (factor * 0.95 + 0.06) * weave + 0.15 * shine[..., None]
    return cv2.resize(picture.astype(np.float32), (size, size), interpolation=cv2.INTER_LINEAR)


def _dyed(pattern: Pattern, colour: Colour, bust: Bust, half: int) -> Floats:
    """The cloth's colours before light falls on it, (3,) or (half, half, 3)."""
    plain = np.asarray(colour, np.float32)
    if pattern is Pattern.PLAIN:
        return plain
    grid = np.arange(half, dtype=np.float32) * 2
    x = ((grid - bust.centre_px[0]) / bust.unit_px)[None, :]
    y = ((grid - bust.centre_px[1]) / bust.unit_px)[:, None] - 0.05 * x**2
    other = plain * 0.35 + 0.58 if plain.mean() < 0.5 else plain * 0.5
    bands = smoothstep(0.35, 0.6, np.cos(y * 38 + 0 * x))
    if pattern is Pattern.CHECKED:
        bands = 0.4 * smoothstep(0.1, 0.4, np.cos(y * 30)) + 0.4 * smoothstep(0.1, 0.4, np.cos(x * 30))
        other = plain * 0.45
    return plain + (other - plain) * bands[..., None]


def _shirt_front(canvas: Canvas, person: Person, bust: Bust, whole: Floats) -> None:
    size, w = canvas.size, bust.neck_width
    neck_hole = np.array([(-w * 1.2, 1.5), (w * 1.2, 1.5), (w * 0.98, 1.9), (0, 2.2), (-w * 0.98, 1.9)], np.float32)
    shirt = whole * (1 - coverage(bust.pixels(neck_hole), (size, size)))
    accent = person.outfit.accent if not person.outfit.tie else (0.88, 0.89, 0.92)
    canvas.paint("cloth", _cloth_picture(canvas, person, bust, accent), shirt, hides=("hair", "neck"))


def _trim(canvas: Canvas, person: Person, bust: Bust, opening: Floats | None, whole: Floats) -> None:
    """Hems, collars, lapels, ties and strings."""
    outfit = person.outfit
    w, s = bust.neck_width, bust.shoulders
    cloth = np.asarray(outfit.cloth, np.float32)
    dark, pale = tuple(float(c) * 0.55 for c in cloth), tuple(float(min(1, c * 1.22 + 0.03)) for c in cloth)
    sheet = canvas.sheet(bust.pixels, bust.unit_px)

    def piece(points: Floats, colour: Colour, edge: Colour) -> None:
        """A flap of cloth with a soft shadow under it and a seam around it."""
        sheet.shade(points + np.array((0.0, 0.03), np.float32), (0.55, 0.55, 0.58), strength=0.7, blur=0.03)
        canvas.patch("cloth", bust.pixels(points), colour, hides=("neck", "hair"))
        sheet.fill(ribbon(points, 0.012), edge, strength=0.5, blur=0.006)

    if outfit.garment in (Garment.SHIRT, Garment.SUIT):
        collar = pale if outfit.garment is Garment.SHIRT else (0.9, 0.91, 0.94) if outfit.tie else outfit.accent
        if outfit.garment is Garment.SUIT:
            for side in (-1, 1):
                lapel = np.array(
                    [
                        (side * w * 1.3, 1.88),
                        (side * w * 0.72, 2.2),
                        (side * 0.12, 3.0),
                        (side * w * 1.55, 2.55),
                        (side * w * 1.3, 2.46),
                        (side * w * 1.62, 2.36),
                    ],
                    np.float32,
                )
                piece(lapel, (pale[0] * 0.9, pale[1] * 0.9, pale[2] * 0.9), (dark[0], dark[1], dark[2]))
        if outfit.tie:
            _tie(canvas, bust, outfit.accent)
        for side in (-1, 1):
            flap = np.array([(side * w * 1.0, 1.74), (side * w * 1.14, 1.9), (side * w * 0.74, 2.32),
                             (side * 0.05, 2.2), (side * w * 0.55, 2.02)], np.float32)  # fmt: skip
            piece(flap, (collar[0], collar[1], collar[2]), (dark[0], dark[1], dark[2]))
        if outfit.garment is Garment.SHIRT and not outfit.tie:
            for y in (2.48, 2.66):
                sheet.fill(ellipse((0.03, y), (0.025, 0.025)), (dark[0], dark[1], dark[2]), blur=0.004)
    elif outfit.garment is Garment.TURTLENECK:
        band = spline(
            [(-w * 1.1, 1.62), (0, 1.76), (w * 1.1, 1.62), (w * 1.3, 2.02), (0, 2.2), (-w * 1.3, 2.02)], closed=True
        )
        picture = _cloth_picture(canvas, person, bust, outfit.cloth)
        canvas.paint("cloth", picture * 1.04, coverage(bust.pixels(band), (canvas.size,) * 2), hides=("neck", "hair"))
        for k in np.linspace(-1.05, 1.05, 25):
            rib = spline([(w * k, 1.66 + 0.08 * (1 - k * k)), (w * k * 1.14, 2.02 + 0.14 * (1 - k * k))])
            sheet.shade(ribbon(rib, 0.02), (0.8, 0.8, 0.82), strength=0.6, blur=0.008)
    elif outfit.garment is Garment.HOODIE:
        for side in (-1, 1):
            roll = spline([(side * w * 1.05, 1.62), (side * w * 1.5, 1.8), (side * w * 1.5, 2.08), (side * 0.3, 2.42),
                           (0, 2.44), (side * 0.2, 2.24), (side * w * 0.95, 1.98)], closed=True)  # fmt: skip
            piece(roll, (pale[0], pale[1], pale[2]), (dark[0], dark[1], dark[2]))
            cord = spline([(side * 0.24, 2.34), (side * 0.28, 2.55), (side * 0.25, 2.9)])
            sheet.line(cord, (0.9, 0.89, 0.86), width=0.04, blur=0.006)
    elif outfit.garment is Garment.STRAPS:
        for side in (-1, 1):
            strap = ribbon(spline([(side * s * 0.6, 2.08), (side * s * 0.53, 2.4), (side * 0.72, 2.8)]), 0.1)
            piece(strap, outfit.cloth, (dark[0], dark[1], dark[2]))
    elif opening is not None:
        hem = ribbon(np.concatenate([opening, opening[:1]]), 0.07)
        alpha = coverage(bust.pixels(hem), (canvas.size,) * 2) * whole
        canvas.paint("cloth", canvas.image * 0.86 + 0.02, alpha, hides=("neck",))


def _tie(canvas: Canvas, bust: Bust, colour: Colour) -> None:
    sheet = canvas.sheet(bust.pixels, bust.unit_px)
    blade = np.array([(-0.085, 2.36), (0.085, 2.36), (0.17, 3.1), (-0.17, 3.1)], np.float32)
    knot = spline([(-0.15, 2.13), (0.15, 2.13), (0.09, 2.38), (-0.09, 2.38)], closed=True, per_segment=4)
    for part in (blade, knot):
        sheet.shade(part + np.array((0.03, 0.03), np.float32), (0.6, 0.6, 0.63), blur=0.03)
        canvas.patch("cloth", bust.pixels(part), colour, hides=("neck",))
    for k in range(5):
        y = 2.42 + 0.11 * k
        stripe = np.array([(-0.2, y + 0.08), (0.2, y - 0.04), (0.2, y - 0.005), (-0.2, y + 0.115)], np.float32)
        found = coverage(bust.pixels(stripe), (canvas.size,) * 2) * coverage(bust.pixels(blade), (canvas.size,) * 2)
        canvas.image += (np.asarray(colour, np.float32) * 1.5 + 0.06 - canvas.image) * (found * 0.6)[..., None]
    sheet.shade(ribbon(spline([(-0.08, 2.4), (-0.12, 2.7), (-0.16, 3.1)]), 0.08), (0.7, 0.7, 0.72), blur=0.03)
    sheet.shade(ribbon(spline([(-0.1, 2.36), (0.0, 2.41), (0.1, 2.36)]), 0.035), (0.5, 0.5, 0.52), blur=0.012)


def paint_ear(canvas: Canvas, person: Person, head: Head, side: int, *, hides: tuple[str, ...]) -> None:
    """One ear: ``side`` 1 is the person's left, on the right of the picture."""
    outward = [(0.0, -0.16), (0.05, -0.25), (0.13, -0.27), (0.18, -0.17), (0.175, 0.0), (0.13, 0.15), (0.085, 0.26),
               (0.03, 0.34), (-0.02, 0.27), (-0.03, 0.0)]  # fmt: skip

    def place(points: list[tuple[float, float]] | Floats) -> Floats:
        p = np.asarray(points, np.float32)
        o, y = p[:, 0], p[:, 1]
        solid = np.stack([side * (0.955 - 0.02 * np.abs(y) + 0.78 * o), y + 0.03, -0.2 - 0.95 * o], axis=1)
        return head.project(solid.astype(np.float32))[:, :2]

    facing = head.rotation @ np.array((side * 0.75, 0.0, 0.66), np.float32)
    key = np.asarray(person.light.direction, np.float32)
    lit = 0.42 + 0.55 * float(np.clip(facing @ key, 0, 1))
    tone = np.asarray(person.skin.tone, np.float32) * np.array((1.0, 0.9, 0.88), np.float32) * lit
    colour = (float(tone[0]), float(tone[1]), float(tone[2]))
    outline = spline(outward, closed=True)
    canvas.patch("l_ear" if side > 0 else "r_ear", place(outline), colour, hides=hides)
    sheet = canvas.sheet(place, head.unit_px)
    bowl = spline([(0.03, -0.12), (0.1, -0.19), (0.14, -0.08), (0.11, 0.08), (0.05, 0.17), (0.02, 0.08)], closed=True)
    sheet.shade(bowl, (0.66, 0.52, 0.5), strength=0.9, blur=0.025)
    sheet.shade(ellipse((0.035, 0.03), (0.03, 0.09)), (0.5, 0.36, 0.35), strength=0.8, blur=0.02)
    rim = spline([(0.02, -0.2), (0.08, -0.25), (0.145, -0.2), (0.16, -0.05), (0.13, 0.1), (0.08, 0.22)])
    sheet.shade(ribbon(rim, 0.03), (1.22, 1.18, 1.16), blur=0.012)
    fold = spline([(0.06, -0.06), (0.095, -0.11), (0.11, 0.0), (0.07, 0.12)])
    sheet.shade(ribbon(fold, 0.022), (1.25, 1.2, 1.18), strength=0.8, blur=0.012)
