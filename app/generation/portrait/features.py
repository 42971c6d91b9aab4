"""Eyes, brows, nose and mouth on the chart, each with its mask layer: ``l_`` is the person's left, x > 0."""

from __future__ import annotations

import numpy as np

from app.generation.portrait.chart import Chart, chart_pixels
from app.generation.portrait.people import Colour
from app.generation.portrait.sheet import Floats, blend, ellipse, ribbon, smoothstep, spline

EYE_X = 0.45
MOUTH_Y = 1.06
_SIDES = (-1, 1)


def paint_features(chart: Chart) -> None:
    """All features, from the nose outwards."""
    _nose(chart)
    _mouth(chart)
    for side in _SIDES:
        _eye(chart, side)
        _brow(chart, side)


def _points(side: int, centre: tuple[float, float], local: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points given outwards from a centre (x grows away from the nose) as chart points of one side."""
    return [(centre[0] + side * x, centre[1] + y) for x, y in local]


def _grown(points: Floats, centre: tuple[float, float], size: float) -> Floats:
    """The points scaled about a centre."""
    middle = np.array(centre, np.float32)
    return middle + (points - middle) * np.float32(size)


def _eye(chart: Chart, side: int) -> None:
    build, rng = chart.person.build, chart.rng
    centre = (
        side * EYE_X + float(rng.normal(0, 0.008)) * build.asymmetry,
        float(rng.normal(0, 0.010)) * build.asymmetry,
    )
    opening = build.eye_opening * float(1 + rng.normal(0, 0.03) * build.asymmetry)
    tilt, squeeze = 0.03 * build.eye_tilt, 0.02 * build.smile
    size = 1.05 if chart.person.male else 1.12
    upper = spline(
        _points(
            side,
            centre,
            [(-0.225, 0.038), (-0.165, -0.022 * opening), (-0.065, -0.084 * opening), (0.04, -0.098 * opening),
             (0.14, -0.07 * opening - tilt), (0.232, 0.004 - tilt)],
        )
    )  # fmt: skip
    lower = spline(
        _points(
            side,
            centre,
            [(0.232, 0.004 - tilt), (0.145, 0.044 - squeeze), (0.03, 0.064 - squeeze), (-0.09, 0.063 - squeeze),
             (-0.18, 0.056), (-0.225, 0.038)],
        )
    )  # fmt: skip
    upper, lower = (_grown(lid, centre, size) for lid in (upper, lower))
    outline = np.concatenate([upper, lower])
    crease = spline(
        _points(
            side,
            centre,
            [(-0.2, -0.02), (-0.13, -0.115 * opening), (0.0, -0.178 * opening), (0.13, -0.15 * opening - tilt),
             (0.25, -0.045 - tilt)],
        )
    )  # fmt: skip
    crease = _grown(crease, centre, size)
    _eyelids(chart, side, upper, lower, crease, centre)
    chart.add_layer("l_eye" if side > 0 else "r_eye", outline)
    _eyeball(chart, side, outline, centre)
    _lashes(chart, side, upper, lower)


def _eyelids(
    chart: Chart, side: int, upper: Floats, lower: Floats, crease: Floats, centre: tuple[float, float]
) -> None:
    skin, sheet = chart.person.skin, chart.albedo
    sheet.shade(ellipse((centre[0] - side * 0.1, centre[1] - 0.17), (0.16, 0.06)), (0.8, 0.72, 0.7), blur=0.06)
    lid = np.concatenate([upper, crease[::-1]])
    if skin.eye_shadow is not None:
        wide = np.concatenate([upper, crease[::-1] + np.array((side * 0.02, -0.045), np.float32)])
        sheet.fill(wide, skin.eye_shadow, strength=0.55, blur=0.022)
    sheet.shade(lid, (1.05, 1.01, 1.0), strength=0.9, blur=0.015)
    taper = np.sin(np.linspace(0.25, np.pi - 0.2, len(crease))).astype(np.float32)
    sheet.shade(ribbon(crease, 0.028 * taper), (0.55, 0.43, 0.41), strength=0.85, blur=0.007)
    sheet.shade(ribbon(lower + np.array((0, 0.012), np.float32), 0.03), (1.05, 0.93, 0.92), strength=0.8, blur=0.008)
    sheet.shade(ribbon(lower + np.array((0, 0.05), np.float32), 0.028), (0.86, 0.79, 0.78), strength=0.6, blur=0.014)


def _eyeball(chart: Chart, side: int, outline: Floats, centre: tuple[float, float]) -> None:
    found = chart.albedo.area(outline)
    if found is None:
        return
    window, alpha = found
    pose = chart.person.pose
    # The eyes look at the viewer whichever way the head turns.
    iris_at = (centre[0] + 0.0022 * pose.yaw - side * 0.004, centre[1] - 0.022 + 0.0013 * pose.pitch)
    chart.irises.append(iris_at)
    ys, xs = np.mgrid[window].astype(np.float32)
    origin = chart_pixels(np.array([iris_at], np.float32))[0]
    scale = chart.albedo.pixels_per_unit
    dx, dy = (xs - origin[0]) / scale, (ys - origin[1]) / scale
    radius, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    # Sclera: never white; shaded by the lid above and pink at the corners.
    ball = np.empty((*alpha.shape, 3), np.float32)
    ball[:] = (0.85, 0.82, 0.80)
    corner = smoothstep(0.11, 0.23, np.abs((xs - chart_pixels(np.array([centre], np.float32))[0, 0]) / scale))
    ball *= 1 - corner[..., None] * np.array((0.10, 0.26, 0.26), np.float32)
    ball *= (1 - 0.45 * smoothstep(0.02, -0.085, dy))[..., None]
    iris_radius = 0.11
    streaks = sum(np.cos(angle * k + p) for k, p in zip((9, 17, 29, 41), chart.rng.uniform(0, 6.3, 4), strict=True))
    glow = 0.95 + 0.5 * smoothstep(-0.05, 0.08, dy) - 0.25 * smoothstep(0.0, -0.09, dy)
    texture = (0.72 + 0.13 * np.asarray(streaks, np.float32) * smoothstep(0.03, 0.08, radius)) * glow
    ring = 1 - 0.6 * smoothstep(iris_radius - 0.028, iris_radius, radius)
    iris = np.asarray(chart.person.eye_colour, np.float32) * (texture * ring)[..., None]
    warm = smoothstep(0.075, 0.04, radius)[..., None] * np.array((0.09, 0.05, 0.0), np.float32)
    ball += (iris + warm - ball) * smoothstep(iris_radius + 0.004, iris_radius - 0.006, radius)[..., None]
    ball *= 1 - 0.95 * smoothstep(0.044, 0.034, radius)[..., None]
    blend(chart.albedo.image, window, ball, alpha)
    blend(chart.gloss.image, window, 1.6, alpha)
    corner_at = (centre[0] - side * 0.205, centre[1] + 0.036)
    chart.albedo.fill(ellipse(corner_at, (0.022, 0.016)), (0.72, 0.42, 0.40), strength=0.7, blur=0.006)


def _lashes(chart: Chart, side: int, upper: Floats, lower: Floats) -> None:
    person, rng = chart.person, chart.rng
    made_up = person.skin.eye_shadow is not None
    weight = 1.35 if made_up else (0.8 if person.male else 1.1)
    dark = (0.11, 0.07, 0.06)
    growth = np.linspace(0.35, 1.0, len(upper)).astype(np.float32) ** 0.7
    chart.albedo.line(upper, dark, width=0.026 * weight * growth, strength=0.92, blur=0.004)
    chart.albedo.line(lower[: len(lower) * 2 // 3], (0.3, 0.2, 0.18), width=0.009, strength=0.5 * weight, blur=0.004)
    if person.male and not made_up:
        count, reach = 18, 0.032
    else:
        count, reach = 34, 0.05 * weight
    roots = upper[np.linspace(len(upper) * 0.12, len(upper) - 1, count).astype(int)]
    fan = np.linspace(-0.35, 1.15, count)
    out = np.stack([side * fan, -np.ones(count)], axis=1)
    length = reach * np.linspace(0.45, 1.0, count)[:, None] * rng.uniform(0.8, 1.15, (count, 1))
    bend = roots + out * length * 0.55 + np.array((side * 0.006, 0.006))
    tips = roots + out * length + np.array((side * 0.012, -0.006))
    curves = np.stack([roots, bend, tips], axis=1).astype(np.float32)
    chart.hairs(curves, np.ones(count, np.float32), dark, opacity=0.85 if made_up else 0.65)


def _brow(chart: Chart, side: int) -> None:
    person, rng = chart.person, chart.rng
    hair = person.hair
    lift = float(rng.normal(0, 0.014)) * person.build.asymmetry - 0.03 * (1 - person.male)
    arch = 0.055 * hair.brow_arch
    weight = hair.brow_weight
    spine = spline(
        _points(
            side,
            (0.0, lift),
            [(0.165, -0.29), (0.29, -0.33 - 0.3 * arch), (0.46, -0.355 - arch), (0.61, -0.335 - 0.8 * arch),
             (0.765, -0.235)],
        )
    )  # fmt: skip
    along = np.linspace(0, 1, len(spine)).astype(np.float32)
    width = weight * 0.1 * (0.72 + 0.45 * np.sin(along * 2.2 + 0.5) - 0.62 * along**2.2)
    outline = ribbon(spine, np.maximum(width, 0.012))
    chart.add_layer("l_brow" if side > 0 else "r_brow", outline)
    base = np.asarray(hair.colour, np.float32) * 0.62 + np.array((0.03, 0.02, 0.015), np.float32)
    base = base * (1 - 0.5 * hair.gray) + 0.42 * 0.5 * hair.gray
    colour: Colour = (float(base[0]), float(base[1]), float(base[2]))
    chart.albedo.fill(outline, colour, strength=0.55, blur=0.016)
    count = int(170 * weight)
    at = rng.uniform(0, 1, count)
    root = spine[(at * (len(spine) - 1)).astype(int)].astype(np.float64)
    across = rng.uniform(-0.5, 0.42, count) * np.interp(at, along, width)
    root[:, 1] += across
    angle = np.interp(at, (0, 0.25, 0.6, 1.0), (-1.25, -0.6, -0.15, 0.5)) + rng.normal(0, 0.16, count)
    reach = rng.uniform(0.05, 0.09, count) * np.interp(at, (0, 0.8, 1), (0.9, 1.0, 0.6))
    tip = root + np.stack([side * np.cos(angle), np.sin(angle)], axis=1) * reach[:, None]
    middle = (root + tip) / 2 + np.array((0.0, -0.006))
    tones = rng.uniform(0.7, 1.3, count).astype(np.float32)
    chart.hairs(np.stack([root, middle, tip], axis=1).astype(np.float32), tones, colour, opacity=0.8)


def _nose(chart: Chart) -> None:
    build, sheet = chart.person.build, chart.albedo
    w = build.nose_width
    half = [(0.055, -0.08), (0.085, 0.15), (0.125 * w, 0.4), (0.225 * w, 0.55), (0.262 * w, 0.65), (0.215 * w, 0.735),
            (0.1 * w, 0.765)]  # fmt: skip
    outline = spline([*half, (0.0, 0.79), *[(-x, y) for x, y in half[::-1]]], closed=True)
    chart.add_layer("nose", outline)
    dark = (0.4, 0.26, 0.23)
    for side in _SIDES:
        hole = ellipse((side * 0.1 * w, 0.728), (0.052 * w, 0.017), turned=side * -0.32)
        sheet.shade(hole, dark, strength=0.92, blur=0.009)
        wing = spline(_points(side, (0, 0), [(0.2 * w, 0.52), (0.262 * w, 0.6), (0.262 * w, 0.69), (0.19 * w, 0.74)]))
        taper = np.sin(np.linspace(0.1, np.pi - 0.2, len(wing))).astype(np.float32)
        sheet.shade(ribbon(wing, 0.03 * taper), (0.66, 0.52, 0.5), strength=0.75, blur=0.01)
    sheet.shade(ellipse((0, 0.775), (0.15 * w, 0.02)), (0.85, 0.76, 0.74), strength=0.6, blur=0.02)


def _mouth(chart: Chart) -> None:
    person, sheet, rng = chart.person, chart.albedo, chart.rng
    build, skin = person.build, person.skin
    lift = 0.135 * build.smile - 0.012
    half = 0.335 + 0.095 * build.smile
    gap = 0.12 * person.open_mouth
    full = build.lips
    skew = float(rng.normal(0, 0.008)) * build.asymmetry
    y = MOUTH_Y
    left, right = (-half, y - lift + skew), (half, y - lift - skew)
    bow = [(-0.17, y - 0.058 * full - 0.3 * lift), (-0.062, y - 0.098 * full), (0.0, y - 0.078 * full)]
    top = spline([left, *bow, (0.062, bow[1][1]), (0.17, bow[0][1]), right])
    seam_up = spline([left, (-0.16, y - 0.006 - 0.25 * lift - 0.1 * gap), (0, y + 0.014 - 0.18 * gap),
                      (0.16, y - 0.006 - 0.25 * lift - 0.1 * gap), right])  # fmt: skip
    drop = 0.85 * gap
    seam_down = spline([left, (-0.16, y - 0.002 - 0.25 * lift + 0.8 * drop), (0, y + 0.016 + drop),
                        (0.16, y - 0.002 - 0.25 * lift + 0.8 * drop), right])  # fmt: skip
    bottom = spline(
        [
            left,
            (-0.19, y + 0.07 * full + 0.9 * drop - 0.25 * lift),
            (-0.07, y + 0.125 * full + drop),
            (0.07, y + 0.125 * full + drop),
            (0.19, y + 0.07 * full + 0.9 * drop - 0.25 * lift),
            right,
        ]
    )
    upper, lower = np.concatenate([top, seam_up[::-1]]), np.concatenate([seam_down, bottom[::-1]])
    if person.open_mouth > 0.1:
        _mouth_inside(chart, np.concatenate([seam_up, seam_down[::-1]]), y, gap, half)
    chart.add_layer("u_lip", upper)
    chart.add_layer("l_lip", lower)
    r, g, b = skin.lip_colour
    softness = 0.006 if skin.lipstick else 0.014
    sheet.fill(upper, (r * 0.84, g * 0.8, b * 0.82), strength=0.92, blur=softness)
    sheet.fill(lower, (r, g, b), strength=0.9, blur=softness)
    chart.gloss.fill(lower, 1.5 if skin.lipstick else 0.95, blur=0.01)
    sheet.shade(ellipse((0, y + 0.05 * full + drop), (0.16, 0.022)), (1.2, 1.2, 1.2), strength=0.5, blur=0.02)
    for x in rng.uniform(-0.2, 0.2, 16):
        crack = np.array([(x, y + 0.02 + drop), (x * 1.06, y + 0.09 * full + drop)], np.float32)
        sheet.shade(ribbon(crack, 0.006), (0.86, 0.82, 0.82), strength=0.6, blur=0.004)
    taper = np.interp(np.linspace(-1, 1, len(seam_up)), (-1, -0.6, 0, 0.6, 1), (1.2, 0.8, 1, 0.8, 1.2))
    if person.open_mouth <= 0.1:
        sheet.shade(ribbon(seam_up, (0.02 * taper).astype(np.float32)), (0.34, 0.2, 0.2), strength=0.85, blur=0.006)
    for x, corner_y in (left, right):
        sheet.shade(ellipse((x, corner_y), (0.03, 0.022)), (0.5, 0.36, 0.35), strength=0.7, blur=0.016)
    sheet.shade(ellipse((0, y + 0.17 * full + drop), (0.17, 0.03)), (0.82, 0.74, 0.73), strength=0.6, blur=0.03)


def _mouth_inside(chart: Chart, outline: Floats, y: float, gap: float, half: float) -> None:
    sheet = chart.albedo
    chart.add_layer("mouth", outline)
    sheet.fill(outline, (0.27, 0.09, 0.09))
    found = sheet.area(outline)
    if found is None:
        return
    window, alpha = found
    ys, xs = np.mgrid[window].astype(np.float32)
    x = xs / sheet.pixels_per_unit - 1.3
    v = ys / sheet.pixels_per_unit - 1.8
    edge = y + 0.66 * gap - 0.35 * x**2
    gaps = np.minimum(np.abs((np.abs(x) + 0.0) % 0.075 - 0.0), 0.075 - np.abs(x) % 0.075)
    white = np.empty((*alpha.shape, 3), np.float32)
    white[:] = (0.94, 0.91, 0.87)
    white *= (1 - 0.16 * smoothstep(0.008, 0.0, gaps))[..., None]
    white *= (1 - 0.55 * smoothstep(0.1, half, np.abs(x)))[..., None]
    white *= (1 - 0.3 * smoothstep(0.03, -0.03, v - (y - 0.15 * gap)))[..., None]
    teeth = alpha * smoothstep(0.012, -0.008, v - edge)
    blend(sheet.image, window, white, teeth)
