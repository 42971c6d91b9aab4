"""Glasses, earrings and necklaces: thin things in space, turned with the head."""

from __future__ import annotations

import numpy as np

from app.generation.portrait.body import Bust
from app.generation.portrait.canvas import Canvas
from app.generation.portrait.head import Head
from app.generation.portrait.people import Earring, Garment, Glasses, Necklace, Person
from app.generation.portrait.sheet import Colour, Floats, coverage, ellipse, ribbon, spline
from app.imaging.cv import cv2

_LENS_X = 0.47


def paint_glasses(canvas: Canvas, person: Person, head: Head) -> None:
    """Frame, lenses, bridge and temples; their class covers the lenses too, as in the released masks."""
    kind = person.outfit.glasses
    if kind is Glasses.NONE:
        return
    colour = person.outfit.metal if kind is Glasses.ROUND else tuple(0.55 * c for c in person.outfit.accent)
    frame: Colour = (0.09, 0.08, 0.085) if kind in (Glasses.SUN, Glasses.SQUARE) else (colour[0], colour[1], colour[2])
    rim = {Glasses.ROUND: 0.032, Glasses.SQUARE: 0.062, Glasses.CAT_EYE: 0.055, Glasses.SUN: 0.06}[kind]

    def place(points: Floats) -> Floats:
        """Points in the plane of the glasses, which bends around the face."""
        z = 1.0 - 0.16 * points[:, 0] ** 2
        return head.project(np.column_stack([points, z]).astype(np.float32))[:, :2]

    def temple(points: Floats) -> Floats:
        return head.project(points)[:, :2]

    sheet = canvas.sheet(place, head.unit_px)
    lenses = [_lens(kind, side) for side in (-1, 1)]
    for lens in lenses:
        sheet.shade(
            ribbon(np.concatenate([lens, lens[:1]]) + np.array((0.0, 0.06), np.float32), 0.05),
            (0.7, 0.62, 0.6),
            strength=0.7,
            blur=0.035,
        )
    hinge = 0.745 if kind is Glasses.ROUND else 0.78
    for side in (-1, 1):
        if side * person.pose.yaw < -5:
            continue
        arm = np.array([(side * hinge, -0.07, 0.9), (side * 0.98, -0.09, 0.5), (side * 1.03, -0.07, -0.18)], np.float32)
        outline = ribbon(temple(spline(arm)), 0.055 * head.unit_px)
        canvas.patch("eye_g", outline, frame)
    tint, strength = ((0.06, 0.055, 0.05), 0.86) if kind is Glasses.SUN else ((0.75, 0.85, 0.9), 0.07)
    for lens in lenses:
        sheet.fill(lens, tint, strength=strength)
        canvas.claim("eye_g", coverage(place(lens), (canvas.size,) * 2))
        _glare(canvas, place(lens), head, 0.16 if kind is Glasses.SUN else 0.1)
    bridge = spline([(-0.2, -0.07), (-0.09, -0.125), (0.09, -0.125), (0.2, -0.07)])
    for lens in lenses:
        ring = ribbon(np.concatenate([lens, lens[:1]]), rim)
        canvas.patch("eye_g", place(ring), frame)
        top = ribbon(lens[: len(lens) // 2] + np.array((0.0, -0.004), np.float32), rim * 0.3)
        sheet.fill(top, tuple(min(1.0, c * 1.5 + 0.2) for c in frame), strength=0.45, blur=0.008)  # type: ignore[arg-type]
    canvas.patch("eye_g", place(ribbon(bridge, rim * 1.1)), frame)


def _lens(kind: Glasses, side: int) -> Floats:
    if kind is Glasses.ROUND:
        return ellipse((side * _LENS_X, 0.02), (0.275, 0.265), count=60)
    corners = {
        Glasses.SQUARE: [
            (-0.285, 0.0),
            (-0.27, -0.17),
            (0.0, -0.205),
            (0.29, -0.18),
            (0.315, 0.0),
            (0.25, 0.2),
            (0.0, 0.235),
            (-0.22, 0.2),
        ],
        Glasses.CAT_EYE: [
            (-0.28, 0.02),
            (-0.24, -0.14),
            (0.02, -0.19),
            (0.36, -0.28),
            (0.31, 0.02),
            (0.2, 0.19),
            (0.0, 0.225),
            (-0.2, 0.17),
        ],
        Glasses.SUN: [
            (-0.29, 0.0),
            (-0.285, -0.17),
            (0.0, -0.22),
            (0.34, -0.2),
            (0.345, 0.02),
            (0.24, 0.24),
            (0.0, 0.29),
            (-0.22, 0.22),
        ],
    }[kind]
    return spline([(side * (_LENS_X + x), 0.02 + y) for x, y in corners], closed=True)


def _glare(canvas: Canvas, lens_px: Floats, head: Head, strength: float) -> None:
    low, high = lens_px.min(axis=0), lens_px.max(axis=0)
    width, height = high - low
    inside = coverage(lens_px, (canvas.size,) * 2)
    for start, thick in ((0.18, 0.2), (0.48, 0.07)):
        x = low[0] + start * width
        streak = np.array([(x + 0.3 * width, low[1]), (x + (0.3 + thick) * width, low[1]),
                           (x + (thick - 0.1) * width, high[1]), (x - 0.1 * width, high[1])], np.float32)  # fmt: skip
        band = coverage(streak, (canvas.size,) * 2, 0.012 * head.unit_px) * inside
        fade = np.linspace(1.2, 0.2, max(1, int(height) + 1), dtype=np.float32)
        rows = np.interp(np.arange(canvas.size), np.linspace(low[1], high[1], len(fade)), fade).astype(np.float32)
        canvas.image += (1 - canvas.image) * (band * rows[:, None] * strength)[..., None]


def paint_earrings(canvas: Canvas, person: Person, head: Head) -> None:
    """An earring at each ear lobe that can be seen."""
    kind = person.outfit.earring
    if kind is Earring.NONE:
        return
    metal = person.outfit.metal
    bright: Colour = (min(1, metal[0] * 1.3), min(1, metal[1] * 1.3), min(1, metal[2] * 1.3))
    dark: Colour = (metal[0] * 0.45, metal[1] * 0.4, metal[2] * 0.4)
    unit = head.unit_px
    key = person.light.direction
    for side in (-1, 1):
        if side * person.pose.yaw < -17:
            continue
        lobe = head.project(np.array([(side * 1.0, 0.36, -0.2)], np.float32))[0, :2]

        def place(points: Floats, lobe: Floats = lobe) -> Floats:
            pixels: Floats = points * unit + lobe
            return pixels

        sheet = canvas.sheet(place, unit)
        if kind is Earring.HOOP:
            ring = ribbon(ellipse((0, 0.2), (0.13, 0.19), count=48)[np.r_[0:48, 0]], 0.032)
            parts = [ring]
        elif kind is Earring.STUD:
            parts = [ellipse((0, 0.0), (0.06, 0.06))]
        else:
            drop = spline([(0, 0.1), (0.075, 0.28), (0.045, 0.38), (-0.045, 0.38), (-0.075, 0.28)], closed=True)
            parts = [ellipse((0, 0.0), (0.04, 0.04)), ribbon(spline([(0, 0), (0, 0.06), (0, 0.13)]), 0.02), drop]
        for part in parts:
            sheet.shade(
                part + np.array((-0.03 * key[0], 0.035), np.float32), (0.6, 0.55, 0.55), strength=0.6, blur=0.02
            )
        gem = person.outfit.accent if kind is Earring.DROP else metal
        for part in parts:
            canvas.patch("ear_r", place(part), gem if part is parts[-1] else metal)
            centre = part.mean(axis=0)
            if kind is Earring.HOOP:
                sheet.fill(ribbon(ellipse((0, 0.2), (0.135, 0.195), count=48)[26:38], 0.012), bright, blur=0.004)
                sheet.fill(
                    ribbon(ellipse((0, 0.2), (0.125, 0.185), count=48)[2:14], 0.014), dark, strength=0.8, blur=0.006
                )
            else:
                size = np.ptp(part, axis=0)
                sheet.fill(
                    ellipse((centre[0], centre[1] + 0.2 * size[1]), (0.4 * size[0], 0.25 * size[1])),
                    dark,
                    strength=0.4,
                    blur=0.02,
                )
                spot = (centre[0] + 0.15 * np.sign(key[0]) * size[0], centre[1] - 0.15 * size[1])
                sheet.fill(ellipse(spot, (0.13 * size[0], 0.12 * size[1])), bright, strength=0.9, blur=0.006)


def paint_necklace(canvas: Canvas, person: Person, bust: Bust) -> None:
    """A necklace on the neck; the neck's layer ends a little inside it, so that flattening keeps both."""
    kind = person.outfit.necklace
    if kind is Necklace.NONE:
        return
    w = bust.neck_width
    high = person.outfit.garment is Garment.TURTLENECK
    sag = 2.62 if high else {Necklace.PEARLS: 2.12, Necklace.CHAIN: 2.2, Necklace.PENDANT: 2.26}[kind]
    half = w * (1.3 if high else 1.01)
    start = 1.96 if high else 1.6
    curve = spline(
        [
            (-half, start),
            (-half * 0.8, start + 0.62 * (sag - start)),
            (-half * 0.35, sag - 0.04),
            (0, sag),
            (half * 0.35, sag - 0.04),
            (half * 0.8, start + 0.62 * (sag - start)),
            (half, start),
        ],
        per_segment=20,
    )
    metal = person.outfit.metal
    sheet = canvas.sheet(bust.pixels, bust.unit_px)
    width = {Necklace.PEARLS: 0.085, Necklace.CHAIN: 0.042, Necklace.PENDANT: 0.032}[kind]
    sheet.shade(ribbon(curve + np.array((0.0, 0.03), np.float32), width * 1.2), (0.66, 0.58, 0.57), blur=0.025)
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])

    def beads(spacing: float) -> Floats:
        at = np.arange(spacing / 2, along[-1], spacing)
        return np.stack([np.interp(at, along, curve[:, 0]), np.interp(at, along, curve[:, 1])], axis=1).astype(
            np.float32
        )

    if kind is Necklace.PEARLS:
        for x, y in beads(width * 0.98):
            bead = ellipse((x, y), (width / 2, width / 2), count=20)
            canvas.patch("neck_l", bust.pixels(bead), (0.86, 0.83, 0.79))
            sheet.fill(
                ellipse((x - 0.012, y + 0.018), (width * 0.3, width * 0.22)),
                (0.6, 0.54, 0.53),
                strength=0.55,
                blur=0.012,
            )
            light = person.light.direction
            sheet.fill(ellipse((x + 0.018 * np.sign(light[0]), y - 0.017), (0.011, 0.011)), (1, 1, 1), blur=0.005)
    else:
        canvas.patch("neck_l", bust.pixels(ribbon(curve, width)), metal)
        for k, (x, y) in enumerate(beads(width * 1.1)):
            glint = (1.0, 0.97, 0.86) if k % 2 else (metal[0] * 0.45, metal[1] * 0.42, metal[2] * 0.4)
            sheet.fill(ellipse((x, y), (width * 0.3, width * 0.24)), glint, strength=0.8, blur=0.006)
    if kind is Necklace.PENDANT:
        gem = spline(
            [(0, sag - 0.01), (0.085, sag + 0.09), (0, sag + 0.21), (-0.085, sag + 0.09)], closed=True, per_segment=6
        )
        canvas.patch("neck_l", bust.pixels(gem), person.outfit.accent)
        sheet.fill(ellipse((0, sag + 0.11), (0.06, 0.08)), (0.1, 0.08, 0.1), strength=0.25, blur=0.03)
        sheet.fill(ellipse((-0.025, sag + 0.075), (0.022, 0.028)), (1, 1, 1), strength=0.85, blur=0.008)
    worn = canvas.layers["neck_l"]
    # One pixel of the mask stays both: real annotations overlap there too, and flattening loses no bead.
    core = cv2.erode(worn, np.ones((5, 5), np.uint8))
    for name in ("neck", "cloth"):
        if name in canvas.layers:
            canvas.layers[name] *= 1 - core
