"""Strands of hair: locks become many thin lines that shine along their direction.

A lock is a path in head space; its strands are copies that spread around it. They are lit by their direction (Kajiya &
Kay 1989) and drawn from the inside out, so that depth, clumps and highlights come by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.generation.portrait.head import CRANIUM_CENTRE, Head
from app.generation.portrait.people import Hair, Light
from app.generation.portrait.sheet import Floats
from app.imaging.cv import cv2

STEPS = 16
"""Points of a lock's path."""
CHUNKS = 5
"""Pieces of a strand that are lit each on its own; divides STEPS - 1."""
_TAPER = (0.8, 1.0, 1.0, 0.75, 0.35)


@dataclass(frozen=True, slots=True, eq=False)
class Locks:
    """Paths (n, STEPS, 3) in head space with a radius (n,), to be drawn behind or before the face."""

    paths: Floats
    radius: Floats
    behind: npt.NDArray[np.bool_]

    def only(self, *, behind: bool) -> Locks:
        """The locks to be drawn behind the face, or those before it."""
        chosen = self.behind == behind
        return Locks(self.paths[chosen], self.radius[chosen], self.behind[chosen])


def draw_locks(
    locks: Locks, head: Head, light: Light, hair: Hair, rng: np.random.Generator, *,
    size: int, strands: int, base: bool = True, shine: float = 1.0,
) -> Floats:  # fmt: skip
    """Paint locks on a transparent picture: (size, size, 4) RGB premultiplied by coverage, floats 0…1.

    Of locks before the face only the pieces on this side of the head are painted. ``base`` gives locks a body
    under their strands.
    """
    layer = np.zeros((size, size, 4), np.uint8)
    if not len(locks.paths):
        return layer.astype(np.float32)
    depth = head.project(locks.paths.reshape(-1, 3)).reshape(*locks.paths.shape)[..., 2].mean(axis=1)
    order = np.argsort(depth + rng.normal(0, 0.12, len(depth)))
    paths, radius = locks.paths[order], locks.radius[order]
    count = len(paths)
    along = np.linspace(0, 1, STEPS)
    spread = (0.55 + 0.6 * np.sin(along * 2.6) - 0.35 * along**3)[None, None, :, None]
    away = _within(rng, (count, strands, 1, 3)) * radius[:, None, None, None] * 0.5
    drift = _within(rng, (count, strands, 1, 3)) * radius[:, None, None, None] * 0.35 * along[:, None]
    children = paths[:, None] + away * spread + drift
    seen = head.project(children.reshape(-1, 3).astype(np.float32)).reshape(count, strands, STEPS, 3)
    tone = rng.uniform(0.72, 1.22, (count, strands)) * rng.uniform(0.9, 1.1, (count, 1))
    own = _own_colours(hair, rng, (count, strands))
    colours, facing = _lit_strands(children, seen, head, light, own, tone, shine)
    pixels = np.round(_refined(seen[..., :2]) * 8).astype(np.int32)
    trunk = head.project(paths.reshape(-1, 3).copy()).reshape(count, STEPS, 3)
    trunk_px = np.round(_refined(trunk[..., :2]) * 8).astype(np.int32)
    dark = (colours.mean(axis=1) * 0.72).tolist()
    hidden = (facing < -0.15) & ~locks.behind[order][:, None, None]
    body_hidden = facing.mean(axis=1) < np.where(locks.behind[order], -9, -0.1)[:, None]
    tints = colours.tolist()
    per = 2 * (STEPS - 1) // CHUNKS
    for k in range(count):
        if base:
            width = max(2, int(radius[k] * head.unit_px * 1.15))
            for c in np.flatnonzero(~body_hidden[k]):
                piece = trunk_px[k, c * per : (c + 1) * per + 1].reshape(-1, 1, 2)
                thick = max(1, round(width * _TAPER[c]))
                cv2.polylines(layer, [piece], False, (*dark[k][c], 255.0), thick, cv2.LINE_AA, 3)
        for j in range(strands):
            for c in np.flatnonzero(~hidden[k, j]):
                piece = pixels[k, j, c * per : (c + 1) * per + 1].reshape(-1, 1, 2)
                cv2.polylines(layer, [piece], False, (*tints[k][j][c], 255.0), 1, cv2.LINE_AA, 3)
    return layer.astype(np.float32) * (1 / 255)


def _refined(curves: Floats) -> Floats:
    """Curves (..., k, d) with a point of the Catmull–Rom curve between every two: (..., 2k - 1, d)."""
    before = np.concatenate([curves[..., :1, :], curves[..., :-2, :]], axis=-2)
    after = np.concatenate([curves[..., 2:, :], curves[..., -1:, :]], axis=-2)
    between = (9 * (curves[..., :-1, :] + curves[..., 1:, :]) - before - after) / 16
    fine = np.empty((*curves.shape[:-2], 2 * curves.shape[-2] - 1, curves.shape[-1]), np.float32)
    fine[..., ::2, :], fine[..., 1::2, :] = curves, between
    return fine


def _within(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Normal chance without its extremes: a stray strand far out draws the eye."""
    return np.clip(rng.standard_normal(shape, dtype=np.float32), -1.5, 1.5)


def _own_colours(hair: Hair, rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """The colours (locks, strands, 3) in even light; some strands have gone gray."""
    colour = np.asarray(hair.colour, np.float32)
    gone = np.array((0.72, 0.72, 0.73), np.float32) if hair.gray > 0.5 else 0.5 * colour + 0.28
    return np.where(rng.random(shape)[..., None] < hair.gray, gone, colour)


def _lit_strands(
    paths: Floats, seen: Floats, head: Head, light: Light, own: Floats, tone: Floats, shine: float
) -> tuple[Floats, Floats]:
    """Of each strand's pieces: colours 0…255 (locks, strands, CHUNKS, 3), and how much they face the viewer."""
    per = (STEPS - 1) // CHUNKS
    ends = np.arange(CHUNKS + 1) * per
    view = seen.copy()
    view[..., :2] = (view[..., :2] - head.centre_px) / head.unit_px
    tangent = np.diff(view[:, :, ends], axis=2)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=-1, keepdims=True), 1e-6)
    middle = (paths[:, :, ends[1:]] + paths[:, :, ends[:-1]]) / 2
    centre = CRANIUM_CENTRE
    low = np.maximum(middle[..., 1:2] - centre[1], 0) * np.array((0.0, 1.0, 0.0))
    outward = (middle - low - centre) @ head.rotation.T
    outward /= np.maximum(np.linalg.norm(outward, axis=-1, keepdims=True), 1e-6)
    key = np.asarray(light.direction)
    half = key + np.array((0.0, 0.0, 1.0))
    half = half / np.linalg.norm(half)
    wrap = np.clip(0.42 + 0.58 * (outward @ key), 0, 1)
    across = np.sqrt(np.clip(1 - (tangent @ key) ** 2, 0, 1))
    glint = np.clip(1 - (tangent @ half + 0.12) ** 2, 0, 1)
    position = np.linspace(0, 1, CHUNKS)
    rooty = 0.74 + 0.26 * np.minimum(1, position * 3)
    facing = np.clip(0.62 + 0.5 * outward[..., 2], 0.35, 1)
    diffuse = (0.30 + 0.95 * wrap * (0.35 + 0.65 * across)) * rooty * facing * tone[..., None]
    own = own[:, :, None]
    gleam = wrap * (0.6 * glint**14 + 0.5 * glint**60) * shine * tone[..., None]
    warm = 0.2 + 0.55 * own
    lit = own * diffuse[..., None] * np.asarray(light.key) + warm * (gleam * 0.42)[..., None]
    return np.clip(lit * 255, 0, 255), outward[..., 2]
