"""The skin of a face: its regions of colour, its years, its freckles and its stubble."""

from __future__ import annotations

import numpy as np

from app.generation.portrait.chart import Chart, chart_pixels
from app.generation.portrait.people import Beard
from app.generation.portrait.sheet import Floats, ellipse, noise, ribbon, spline
from app.imaging.cv import cv2

_SIDES = (-1, 1)


def paint_complexion(chart: Chart) -> None:
    """Skin tone with its warm and cool regions, then what age, sun and a razor left."""
    _mottle(chart)
    _regions(chart)
    _wrinkles(chart)
    _freckles(chart)
    _stubble(chart)


def _mottle(chart: Chart) -> None:
    grains = ((5.0, 0.010), (26.0, 0.016), (110.0, 0.022))
    field = sum(noise(chart.rng, chart.shape, grain) * np.float32(strength) for grain, strength in grains)
    chart.albedo.image *= 1 + np.asarray(field)[..., None] * np.array((0.8, 1.0, 1.15), np.float32)


def _regions(chart: Chart) -> None:
    skin, sheet = chart.person.skin, chart.albedo
    sheet.shade(ellipse((0, -0.85), (0.75, 0.4)), (1.03, 1.02, 0.97), blur=0.2)
    red = (1.05, 0.90, 0.88)
    for side in _SIDES:
        sheet.shade(ellipse((side * 0.57, 0.5), (0.24, 0.2)), red, strength=0.5 + 1.4 * skin.blush, blur=0.14)
        sheet.shade(
            ellipse((side * 0.43, 0.13), (0.2, 0.06)), (0.93, 0.88, 0.9), strength=0.4 + skin.eye_bags, blur=0.05
        )
        sheet.shade(ellipse((side * 0.45, -0.15), (0.22, 0.1)), (0.95, 0.89, 0.88), strength=0.8, blur=0.06)
        chart.gloss.fill(ellipse((side * 0.58, 0.3), (0.16, 0.12)), 0.85, blur=0.1)
    sheet.shade(ellipse((0, 0.6), (0.19, 0.16)), red, strength=0.75, blur=0.08)
    sheet.shade(ellipse((0, 1.46), (0.2, 0.12)), red, strength=0.35, blur=0.1)
    jaw = (0.94, 0.95, 0.97) if chart.person.male else (0.98, 0.97, 0.97)
    sheet.shade(ellipse((0, 1.25), (0.75, 0.4)), jaw, blur=0.15)
    chart.gloss.fill(ellipse((0, 0.52), (0.09, 0.2)), 1.3, blur=0.06)
    chart.gloss.fill(ellipse((0, -0.75), (0.4, 0.2)), 0.8, blur=0.15)


def _wrinkles(chart: Chart) -> None:
    person, sheet, rng = chart.person, chart.albedo, chart.rng
    age = person.skin.age
    dark = (0.74, 0.64, 0.62)

    def fold(points: list[tuple[float, float]], width: float, strength: float) -> None:
        curve = spline(points)
        taper = np.sin(np.linspace(0.15, np.pi - 0.05, len(curve))).astype(np.float32) ** 0.8
        sheet.shade(ribbon(curve, width * taper), dark, strength=min(1.0, strength), blur=0.012)
        lit = curve + np.array((0.0, width * 0.9), np.float32)
        sheet.shade(ribbon(lit, width * taper), (1.08, 1.07, 1.06), strength=min(1.0, 0.6 * strength), blur=0.012)

    if person.build.chubby > 0.75:
        fold([(-0.34, 1.3), (-0.17, 1.43), (0.0, 1.47), (0.17, 1.43), (0.34, 1.3)], 0.045, 0.8)
    smile = person.build.smile
    for side in _SIDES:

        def at(x: float, y: float, side: int = side) -> tuple[float, float]:
            return side * (x + float(rng.normal(0, 0.006))), y + float(rng.normal(0, 0.006))

        fold([at(0.25, 0.66), at(0.36, 0.8), at(0.43 + 0.03 * smile, 0.98)], 0.035, 0.18 + 0.4 * age + 0.3 * smile)
        fold([at(0.24, 0.1), at(0.36, 0.17), at(0.52, 0.16)], 0.03, 0.15 + 0.45 * age + 0.6 * person.skin.eye_bags)
        if age > 0.35:
            for k in range(3):
                start, end = at(0.73, -0.02 + 0.05 * k), at(0.86, -0.07 + 0.09 * k)
                fold([start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 0.008), end], 0.018, 0.75 * age)
            fold([at(0.42, 1.12), at(0.46, 1.24), at(0.44, 1.34)], 0.03, 0.5 * age)
            fold([at(0.07, -0.32), at(0.08, -0.24), at(0.06, -0.16)], 0.022, 0.6 * age)
    if age > 0.3:
        for k in range(3):
            y = -0.62 - 0.13 * k
            wave = [(x, y + 0.03 * abs(x) + float(rng.normal(0, 0.012))) for x in np.linspace(-0.5, 0.5, 7)]
            fold(wave, 0.022, 0.65 * (age - 0.15))


def _freckles(chart: Chart) -> None:
    amount = chart.person.skin.freckles
    if amount <= 0:
        return
    rng = chart.rng
    count = int(420 * amount)
    spots = rng.normal((0, 0.42), (0.42, 0.2), (count, 2)).astype(np.float32)
    stain = np.zeros(chart.shape, np.uint8)
    for (x, y), size in zip(np.round(chart_pixels(spots) * 8).astype(int), rng.uniform(1.0, 2.6, count), strict=True):
        cv2.circle(stain, (int(x), int(y)), int(size * 8), 255, -1, cv2.LINE_AA, 3)
    alpha = cv2.GaussianBlur(stain, (0, 0), 1.2).astype(np.float32)[..., None] * (0.55 / 255)
    chart.albedo.image *= 1 - alpha * np.array((0.24, 0.38, 0.46), np.float32)


def _stubble(chart: Chart) -> None:
    beard = chart.person.hair.beard
    if beard is Beard.NONE:
        return
    density = beard_density(beard, *chart_grid(chart))
    shadow = {Beard.STUBBLE: 0.3, Beard.MUSTACHE: 0.35, Beard.GOATEE: 0.35}.get(beard, 0.5)
    hair = np.asarray(chart.person.hair.colour, np.float32)
    tint = chart.albedo.image * 0.45 + hair * 0.4
    chart.albedo.image += (tint - chart.albedo.image) * (density * shadow)[..., None]
    chart.gloss.image *= 1 - 0.7 * density
    roots = beard_roots(chart.rng, beard, 2600)
    reach = 0.022 if beard is Beard.STUBBLE else 0.06
    lean = np.stack([np.sign(roots[:, 0]) * 0.25, np.ones(len(roots))], axis=1) + chart.rng.normal(0, 0.25, roots.shape)
    tips = roots + lean * reach * chart.rng.uniform(0.5, 1.2, (len(roots), 1))
    tones = chart.rng.uniform(0.5, 1.1, len(roots)).astype(np.float32)
    colour = tuple(float(c) for c in hair * 0.8)
    chart.hairs(
        np.stack([roots, tips], axis=1).astype(np.float32), tones, (colour[0], colour[1], colour[2]), opacity=0.55
    )


def chart_grid(chart: Chart) -> tuple[Floats, Floats]:
    """The chart's x as a row (1, W) and y as a column (H, 1), in units."""
    height, width = chart.shape
    xs = np.linspace(-1.3, 1.3, width, dtype=np.float32)[None, :]
    ys = np.linspace(-1.8, 1.8, height, dtype=np.float32)[:, None]
    return xs, ys


def beard_density(beard: Beard, x: Floats, y: Floats) -> Floats:
    """How densely a kind of beard grows at chart points: 0…1, broadcast over x and y."""
    side = np.abs(x)

    def edge(value: Floats, softness: float) -> Floats:
        t = np.clip(value / softness + 0.5, 0, 1)
        soft: Floats = t * t * (3 - 2 * t)
        return soft

    lips = edge(1 - (x / 0.36) ** 2 - ((y - 1.08) / 0.135) ** 2, 0.5)
    upper = edge(0.36 - side, 0.08) * edge(y - 0.83 - 0.12 * side, 0.06) * edge(1.02 + 0.12 * side - y, 0.05)
    chin = edge(0.33 - side, 0.12) * edge(y - 1.12, 0.1)
    frame = edge(side - 0.3, 0.12) * edge(0.42 - side, 0.1) * edge(y - 0.92, 0.1)
    cheek_line = 1.0 - 1.35 * np.clip((side - 0.36) / 0.6, 0, 1) ** 1.6
    jaw = edge(y - cheek_line, 0.16) * edge(y - 0.05, 0.3)
    if beard is Beard.MUSTACHE:
        grown = upper
    elif beard is Beard.GOATEE:
        grown = np.maximum(np.maximum(upper, chin), frame)
    else:
        grown = np.maximum(np.maximum(jaw, upper), chin)
    density: Floats = (grown * (1 - lips)).astype(np.float32)
    return density


def beard_roots(rng: np.random.Generator, beard: Beard, count: int) -> Floats:
    """Random chart points (about count, 2) where the beard grows."""
    points = rng.uniform((-1.0, 0.0), (1.0, 1.62), (count * 3, 2)).astype(np.float32)
    density = beard_density(beard, points[:, 0], points[:, 1])
    chosen: Floats = points[rng.random(len(points)) < density][:count]
    return chosen
