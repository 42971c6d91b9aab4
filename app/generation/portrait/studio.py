"""Light: turns albedo and depth into a lit picture, softly, the way a portrait painter sees form."""

from __future__ import annotations

import numpy as np

from app.generation.portrait.people import Light
from app.generation.portrait.sheet import Floats, blurred, noise, smoothstep
from app.imaging.cv import cv2

# Skin lets red light through: where the light fades, red fades last.
_FALLOFF = np.array((0.80, 1.04, 1.12), np.float32)
_SHADOW = np.array((0.30, 0.245, 0.27), np.float32)


def shading(depth: Floats, light: Light, unit_px: float, *, falloff: Floats = _FALLOFF) -> tuple[Floats, Floats]:
    """How light falls on a surface of the given depth (H, W) in units: (factor (H, W, 3), shine (H, W)).

    The factor multiplies albedo; shine is the share of the key light mirrored towards the viewer.
    """
    normal = normals(depth, unit_px)
    key = np.asarray(light.direction, np.float32)
    key /= np.linalg.norm(key)
    facing = normal @ key
    lit = np.clip((facing + 0.35) / 1.35, 0, 1) * _cast_shadow(depth, key, unit_px)
    cavity = np.clip(1 - 3.2 * np.maximum(blurred(depth, unit_px * 0.1) - depth, 0), 0.45, 1)
    cavity *= np.clip(1 - 1.1 * np.maximum(blurred(depth, unit_px * 0.28) - depth, 0), 0.6, 1)
    sky = 0.5 - 0.5 * normal[..., 1]
    rim = np.clip(1 - normal[..., 2], 0, 1) ** 3 * np.clip(-normal[..., 0] * np.sign(key[0]), 0, 1)
    ambient = (0.29 + 0.13 * sky) * cavity
    # cv2.pow takes a tenth of the time of NumPy's power.
    direct = np.stack([lit if power == 1 else cv2.pow(lit, float(power)) for power in falloff], axis=-1)
    direct *= 0.83 * np.asarray(light.key, np.float32)
    factor = direct * (0.35 + 0.65 * cavity)[..., None]
    factor += ambient[..., None] * np.asarray(light.fill, np.float32) + rim[..., None] * 0.16 * np.asarray(light.fill)
    half = key + np.array((0, 0, 1), np.float32)
    half /= np.linalg.norm(half)
    gleam = np.clip(normal @ half, 0, 1)
    shine = (0.055 * cv2.pow(gleam, 12) + 0.12 * cv2.pow(gleam, 60)) * lit * cavity
    return factor.astype(np.float32), shine.astype(np.float32)


def normals(depth: Floats, unit_px: float) -> Floats:
    """Unit normals (H, W, 3) of a depth map in units."""
    dx = cv2.Scharr(depth, cv2.CV_32F, 1, 0) * (unit_px / 32)
    dy = cv2.Scharr(depth, cv2.CV_32F, 0, 1) * (unit_px / 32)
    length = np.sqrt(dx * dx + dy * dy + 1)
    normal: Floats = np.stack([-dx / length, -dy / length, 1 / length], axis=-1)
    return normal


def _cast_shadow(depth: Floats, key: Floats, unit_px: float) -> Floats:
    """0.4…1: soft shadows that parts nearer to the light throw, found by walking towards it."""
    blocked = np.zeros_like(depth)
    for reach in (0.06, 0.11, 0.17, 0.24, 0.32):
        dx, dy = key[0] * reach * unit_px, key[1] * reach * unit_px
        move = np.array([(1, 0, dx), (0, 1, dy)], np.float32)
        toward = cv2.warpAffine(
            depth,
            move,
            depth.shape[::-1],
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        blocked = np.maximum(blocked, (toward - depth - key[2] * reach * 0.8) * 5)
    soft = blurred(np.clip(blocked, 0, 1), unit_px * 0.022)
    result: Floats = 1 - 0.5 * soft
    return result


def backdrop(light: Light, rng: np.random.Generator, size: int) -> Floats:
    """A soft painted background (size, size, 3): a gradient, large brush strokes, light behind the head."""
    small = size // 4
    ys, xs = np.mgrid[0 : 1 : small * 1j, 0 : 1 : small * 1j].astype(np.float32)
    top, bottom = (np.asarray(c, np.float32) for c in light.backdrop)
    angle = rng.uniform(-0.6, 0.6)
    mix = smoothstep(-0.1, 1.1, ys * np.cos(angle) + (xs - 0.5) * np.sin(angle))
    picture = top + (bottom - top) * mix[..., None]
    strokes = np.zeros((small, small), np.float32)
    for grain, strength in ((70, 0.08), (26, 0.05), (9, 0.025)):
        field = noise(rng, (small, small), grain)
        strokes += strength * np.tanh(1.6 * field)
    brush = np.zeros((25, 25), np.float32)
    slope = rng.uniform(-1, 1)
    for k in range(-12, 13):
        brush[np.clip(12 + round(k * slope), 0, 24), 12 + k] = 1
    strokes = cv2.filter2D(strokes, -1, brush / brush.sum(), borderType=cv2.BORDER_REFLECT) * 1.5
    side = light.direction[0]
    halo = np.exp(-(((xs - 0.5 + 0.18 * side) / 0.45) ** 2) - ((ys - 0.42) / 0.45) ** 2)
    picture *= (1 + strokes + 0.24 * halo - 0.1)[..., None]
    vignette = 1 - 0.3 * np.clip(np.hypot(xs - 0.5, ys - 0.5) - 0.35, 0, 1)
    picture *= vignette[..., None]
    large: Floats = cv2.resize(picture, (size, size), interpolation=cv2.INTER_CUBIC)
    return large


def finish(image: Floats, rng: np.random.Generator) -> Floats:
    """The last glaze: a little bloom, a gentle curve, the tooth of the canvas."""
    bloom = blurred(np.maximum(image - 0.62, 0), 14)
    image = image + 0.3 * bloom
    image = np.clip(image, 0, 1.15)
    image = image * (1.06 - 0.09 * image) + 0.008
    weave = noise(rng, (image.shape[0], image.shape[1]), 1.6) * 0.009 + noise(rng, image.shape[:2], 4.0) * 0.007
    return image * (1 + weave[..., None])
