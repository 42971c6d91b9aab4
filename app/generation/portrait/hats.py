"""Hats: crowns are ellipsoids that sit on the skull, brims are bent discs around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.generation.portrait.canvas import Canvas
from app.generation.portrait.head import Head
from app.generation.portrait.people import Hat, Person
from app.generation.portrait.sheet import Floats, coverage, noise, smoothstep
from app.generation.portrait.studio import shading
from app.imaging.cv import cv2


@dataclass(frozen=True, slots=True)
class Crown:
    """An ellipsoid in head space, cut below a plane that leans forward by ``slope`` (dy per dz)."""

    centre: tuple[float, float, float]
    radii: tuple[float, float, float]
    edge: float
    slope: float


@dataclass(frozen=True, slots=True)
class Brim:
    """A bent disc: reach sideways, forward and backward from the middle, and how its rim hangs."""

    level: float
    side: float
    front: float
    back: float
    slope: float
    droop: float


_CROWNS = {
    Hat.BEANIE: Crown((0.0, -0.62, -0.3), (1.13, 1.36, 1.34), -0.68, 0.2),
    Hat.FEDORA: Crown((0.0, -0.8, -0.32), (1.04, 1.12, 1.24), -0.85, 0.12),
    Hat.STRAW: Crown((0.0, -0.78, -0.32), (1.05, 1.1, 1.24), -0.85, 0.12),
    Hat.CAP: Crown((0.0, -0.62, -0.32), (1.1, 1.2, 1.32), -0.78, 0.12),
    Hat.BERET: Crown((0.32, -1.12, -0.35), (1.42, 0.72, 1.42), -0.72, 0.1),
}
_BRIMS = {
    Hat.FEDORA: Brim(-0.9, 1.6, 1.42, -1.85, 0.27, -0.16),
    Hat.STRAW: Brim(-0.9, 1.95, 1.62, -2.1, 0.25, 0.1),
    Hat.CAP: Brim(-0.97, 0.9, 1.8, 0.35, 0.31, -0.16),
}


def paint_hat(canvas: Canvas, person: Person, head: Head) -> None:
    """The hat and the shade it throws; its class hides ears but only the inner part of the hair under it."""
    hat = person.outfit.hat
    if hat is Hat.NONE:
        return
    brim = _BRIMS.get(hat)
    if brim is not None and hat is not Hat.CAP:
        _brim(canvas, person, head, brim)
    _crown(canvas, person, head, hat, _CROWNS[hat])
    if brim is not None and hat is Hat.CAP:
        _brim(canvas, person, head, brim)
    covered = cv2.erode(canvas.layers["hat"], cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (29, 29)))
    for name in ("l_ear", "r_ear", "ear_r"):
        if name in canvas.layers:
            canvas.layers[name] *= 1 - canvas.layers["hat"]
    for name in ("hair", "skin"):
        if name in canvas.layers:
            canvas.layers[name] *= 1 - covered


def hat_shadow(person: Person, head: Head, size: int) -> Floats:
    """How much the hat shades what is under it, (size, size) 0…1."""
    hat = person.outfit.hat
    shadow = np.zeros((size, size), np.float32)
    if hat is Hat.NONE:
        return shadow
    crown, brim = _CROWNS[hat], _BRIMS.get(hat)
    key = person.light.direction
    drop = 0.34 if brim is not None else 0.1
    t = np.linspace(-np.pi, np.pi, 60)
    x = crown.radii[0] * 0.96 * np.sin(t)
    z = 0.5 + 0.5 * np.cos(t)
    top = np.stack([x, crown.edge + crown.slope * z + drop * np.cos(x), 0.7 * np.cos(x * 1.2)], axis=1)
    front = np.concatenate([top[np.abs(t) < np.pi / 2], [(1.1, -1.7, 0.5), (-1.1, -1.7, 0.5)]])
    pixels = head.project(front.astype(np.float32))[:, :2]
    pixels[:, 0] -= key[0] * drop * 0.4 * head.unit_px
    return coverage(pixels, (size, size), 0.07 * head.unit_px)


def _crown(canvas: Canvas, person: Person, head: Head, hat: Hat, crown: Crown) -> None:
    size = canvas.size
    half = size // 2
    grid = np.arange(half, dtype=np.float32) * 2 + 0.5
    sx = np.broadcast_to(((grid - head.centre_px[0]) / head.unit_px)[None, :], (half, half))
    sy = np.broadcast_to(((grid - head.centre_px[1]) / head.unit_px)[:, None], (half, half))
    back = head.rotation.T
    origin = [back[k, 0] * sx + back[k, 1] * sy - crown.centre[k] for k in range(3)]
    ray = [float(back[k, 2]) for k in range(3)]
    a = sum((ray[k] / crown.radii[k]) ** 2 for k in range(3))
    b = sum(origin[k] * ray[k] / crown.radii[k] ** 2 for k in range(3))
    c = sum((origin[k] / crown.radii[k]) ** 2 for k in range(3)) - 1
    disc = b * b - a * c
    t = (np.sqrt(np.maximum(disc, 0)) - b) / a
    x, y, z = (origin[k] + t * ray[k] + crown.centre[k] for k in range(3))
    below = y - (crown.edge + crown.slope * z)
    inside = np.minimum(_edge_distance(disc), -below * head.unit_px / 2)
    angle = np.arctan2(x, z - crown.centre[2])
    depth, tint = _fabric(hat, person, canvas.rng, t.astype(np.float32), angle, y, below)
    factor, shine = shading(depth, person.light, head.unit_px / 2, falloff=np.ones(3, np.float32))
    colour = np.asarray(person.outfit.hat_colour, np.float32)
    picture = (colour * tint) * (factor * 0.95 + 0.05) + 0.12 * shine[..., None]
    large = cv2.resize(picture.astype(np.float32), (size, size), interpolation=cv2.INTER_LINEAR)
    alpha = np.clip(cv2.resize(inside.astype(np.float32), (size, size), interpolation=cv2.INTER_LINEAR) * 2 + 0.5, 0, 1)
    canvas.paint("hat", large, alpha)


def _edge_distance(disc: Floats) -> Floats:
    """Distance in pixels from where the discriminant is zero, positive inside."""
    bounded = np.clip(disc, -0.3, 0.3).astype(np.float32)
    slope = np.hypot(cv2.Sobel(bounded, cv2.CV_32F, 1, 0), cv2.Sobel(bounded, cv2.CV_32F, 0, 1)) / 8
    distance: Floats = bounded / np.maximum(slope, 1e-3)
    return distance


def _fabric(
    hat: Hat, person: Person, rng: np.random.Generator, depth: Floats, angle: Floats, y: Floats, below: Floats
) -> tuple[Floats, Floats]:
    """The crown's relief (added to its depth) and its colour pattern (H, W, 3)."""
    shape = depth.shape
    tint = np.ones((*shape, 3), np.float32)
    if hat is Hat.BEANIE:
        band = smoothstep(-0.36, -0.32, below)
        ribs = np.cos(angle * 46)
        knit = np.cos(angle * 46) * np.cos(y * 70 + 2 * np.cos(angle * 46))
        depth = depth + 0.012 * band * ribs + 0.006 * (1 - band) * knit + 0.06 * band
        tint *= (0.92 + 0.1 * np.where(band > 0.5, ribs, knit))[..., None]
        tint *= 1 - 0.25 * np.exp(-(((below + 0.34) / 0.03) ** 2))[..., None]
    elif hat in (Hat.FEDORA, Hat.STRAW):
        ribbon = smoothstep(-0.34, -0.325, below)
        accent = np.asarray(person.outfit.accent, np.float32) * 0.6 / np.maximum(person.outfit.hat_colour, 0.05)
        tint += (accent - 1) * ribbon[..., None]
        depth = depth - 0.16 * np.exp(-((angle / 0.35) ** 2)) * smoothstep(-0.45, -1.0, below) + 0.015 * ribbon
        if hat is Hat.STRAW:
            weave = np.cos(angle * 60) * np.cos(y * 60)
            tint *= (1 + 0.12 * weave * (1 - ribbon))[..., None]
            depth = depth + (0.004 * weave * (1 - ribbon)).astype(np.float32)
    elif hat is Hat.CAP:
        seams = np.exp(-((np.sin(angle * 2.5) / 0.035) ** 2))
        tint *= (1 - 0.3 * seams)[..., None]
        depth = depth - 0.01 * seams
    else:
        depth = depth + 0.035 * noise(rng, (shape[0], shape[1]), 46) + 0.02 * np.cos(angle * 5 + 1)
        tint *= 1 - 0.3 * smoothstep(-0.12, -0.1, below)[..., None]
    felt = 1 + 0.03 * noise(rng, (shape[0], shape[1]), 1.6)
    return depth.astype(np.float32), (tint * felt[..., None]).astype(np.float32)


def _brim(canvas: Canvas, person: Person, head: Head, brim: Brim) -> None:
    size, half = canvas.size, canvas.size // 2
    is_cap = person.outfit.hat is Hat.CAP
    t = np.linspace(-np.pi / 2, np.pi / 2, 40) if is_cap else np.linspace(-np.pi, np.pi, 90)
    rings = []
    middle = (brim.front + brim.back) / 2
    for share in (1.0, 0.62):
        x = brim.side * share * np.sin(t)
        z = middle + (brim.front - brim.back) / 2 * share * np.cos(t)
        bend = brim.droop * (np.abs(np.sin(t)) ** 2.2) * share**2
        level = brim.level + brim.slope * z + bend
        rings.append(np.stack([x, level, z], axis=1).astype(np.float32))
    outer = head.project(rings[0].copy())
    outline = outer[:, :2]
    if is_cap:
        arc = np.linspace(np.pi / 2, -np.pi / 2, 30)
        inner = np.stack([0.9 * np.sin(arc), brim.level - 0.04 + 0.12 * np.cos(arc), 0.2 + 0.78 * np.cos(arc)], axis=1)
        outline = np.concatenate([outline, head.project(inner.astype(np.float32))[:, :2]])
    alpha = coverage(outline, (size, size))
    low, high = outline.min(axis=0), outline.max(axis=0)
    ys, xs = np.mgrid[0:half, 0:half].astype(np.float32) * 2
    u = (xs - (low[0] + high[0]) / 2) / max(1.0, (high[0] - low[0]) / 2)
    v = (ys - low[1]) / max(1.0, high[1] - low[1])
    key = person.light.direction
    tone = 0.86 + 0.16 * u * np.sign(key[0]) - 0.3 * v + 0.08 * np.cos(u * 3)
    texture = 0.03 * noise(canvas.rng, (half, half), 1.6)
    if person.outfit.hat is Hat.STRAW:
        radius = np.hypot(u, (v - 0.4) * 1.6)
        texture = texture + 0.07 * np.cos(radius * 60) * np.cos(np.arctan2(v - 0.4, u) * 70)
    picture = np.asarray(person.outfit.hat_colour, np.float32) * (tone + texture)[..., None]
    large = cv2.resize(picture.astype(np.float32), (size, size), interpolation=cv2.INTER_LINEAR)
    canvas.paint("hat", large, alpha)
    rim = np.concatenate([outline[: len(t)], outline[: len(t)][::-1] + np.array((0, 0.03 * head.unit_px), np.float32)])
    edge = coverage(rim.astype(np.float32), (size, size), 0.012 * head.unit_px) * alpha
    canvas.image *= 1 + 0.22 * edge[..., None]
