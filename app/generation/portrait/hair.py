"""Hairstyles: locks that grow from the scalp, follow the comb and fall, beside the face and never through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.generation.portrait.complexion import beard_roots
from app.generation.portrait.head import CRANIUM_CENTRE, CRANIUM_RADII, Head
from app.generation.portrait.people import Beard, Hair, Hairstyle, Hat, Person
from app.generation.portrait.sheet import Floats
from app.generation.portrait.strands import STEPS, Locks


@dataclass(frozen=True, slots=True)
class Cut:
    """How a style grows: lengths and radii in units, the rest 0…1 or factors."""

    length: tuple[float, float]
    comb: str
    gravity: float
    offset: tuple[float, float]
    radius: float
    count: int
    wave: float = 0.0
    frequency: float = 9.0
    lift: float = 0.0
    fray: float = 0.12
    cling: float = 0.0
    frames_face: bool = False


CUTS: dict[Hairstyle, Cut] = {
    Hairstyle.CROPPED: Cut((0.16, 0.26), "crown", 0.05, (0.02, 0.07), 0.055, 620, fray=0.3, cling=0.75),
    Hairstyle.SHORT: Cut((0.5, 0.8), "part", 0.12, (0.03, 0.2), 0.075, 420, wave=0.02, fray=0.16, lift=0.2, cling=0.7),
    Hairstyle.SWEPT: Cut((0.7, 1.05), "back", 0.05, (0.04, 0.24), 0.08, 420, wave=0.03, fray=0.12, lift=0.3, cling=0.7),
    Hairstyle.RECEDING: Cut((0.35, 0.5), "back", 0.12, (0.02, 0.08), 0.06, 420, fray=0.16, cling=0.85),
    Hairstyle.BOB: Cut(
        (1.7, 1.95), "part", 0.55, (0.05, 0.26), 0.1, 300, wave=0.02, fray=0.05, cling=0.6, frames_face=True
    ),
    Hairstyle.LONG: Cut(
        (2.7, 3.6), "part", 0.6, (0.04, 0.22), 0.1, 320, wave=0.025, fray=0.05, cling=0.6, frames_face=True
    ),
    Hairstyle.WAVY: Cut(
        (2.5, 3.4),
        "part",
        0.6,
        (0.06, 0.32),
        0.12,
        320,
        wave=0.085,
        frequency=10,
        fray=0.06,
        cling=0.6,
        frames_face=True,
    ),
    Hairstyle.CURLY: Cut(
        (1.3, 2.0),
        "part",
        0.45,
        (0.08, 0.4),
        0.085,
        420,
        wave=0.1,
        frequency=18,
        fray=0.12,
        cling=0.5,
        frames_face=True,
    ),
    Hairstyle.AFRO: Cut((0.42, 0.54), "out", 0.0, (0.0, 0.1), 0.085, 1000, wave=0.13, frequency=44, fray=0.7),
    Hairstyle.BUN: Cut((0.8, 1.3), "up", 0.0, (0.02, 0.07), 0.06, 420, wave=0.008, fray=0.04, cling=1.0),
    Hairstyle.PONYTAIL: Cut((0.8, 1.3), "back", 0.0, (0.02, 0.07), 0.06, 420, wave=0.008, fray=0.04, cling=1.0),
}


def hairline(side: Floats, *, receding: bool) -> Floats:
    """The y above which hair grows, at a distance ``side`` = |x| from the middle of the face."""
    xs = (0.0, 0.2, 0.42, 0.6, 0.76, 0.88, 0.96, 1.05)
    full = (-1.04, -1.05, -1.04, -0.97, -0.74, -0.42, -0.02, 0.12)
    bare = (-1.24, -1.32, -1.42, -1.36, -0.95, -0.5, -0.05, 0.1)
    line: Floats = np.interp(side, xs, bare if receding else full).astype(np.float32)
    return line


def grow_hair(person: Person, head: Head, rng: np.random.Generator) -> Locks | None:
    """All locks of a hairstyle, or None for a bald head."""
    hair = person.hair
    if hair.style is Hairstyle.BALD:
        return None
    cut = CUTS[hair.style]
    parts = [_scalp_locks(person, cut, head, rng)]
    if hair.bangs:
        parts.append(_fringe(hair, head, rng))
    if hair.style is Hairstyle.BUN:
        parts.append(_bun(rng))
    if hair.style is Hairstyle.PONYTAIL:
        parts.append(_tail(head, rng))
    return Locks(
        np.concatenate([p.paths for p in parts]),
        np.concatenate([p.radius for p in parts]),
        np.concatenate([p.behind for p in parts]),
    )


def grow_beard(person: Person, head: Head, rng: np.random.Generator) -> Locks | None:
    """The strands of a short or full beard, or None where stubble on the chart says it all."""
    beard = person.hair.beard
    if beard not in (Beard.SHORT, Beard.FULL, Beard.GOATEE, Beard.MUSTACHE):
        return None
    reach = {Beard.FULL: 0.3, Beard.SHORT: 0.11, Beard.GOATEE: 0.15, Beard.MUSTACHE: 0.12}[beard]
    count = {Beard.FULL: 760, Beard.SHORT: 900, Beard.GOATEE: 420, Beard.MUSTACHE: 200}[beard]
    roots = beard_roots(rng, beard, count)
    roots = roots[np.abs(roots[:, 0]) < 0.93 * head.half_width(roots[:, 1])]
    start = head.lift(roots)
    side = roots[:, :1]
    direction = np.concatenate(
        [side * 0.25 + 0.06 * np.sign(side), np.ones_like(side), 0.25 + 0.4 * (1 - np.abs(side))], axis=1
    ).astype(np.float32)
    upper = roots[:, 1] < 1.05
    direction[upper] = np.stack(
        [
            np.sign(side[upper, 0]) * (0.5 + np.abs(side[upper, 0])),
            np.full(upper.sum(), 0.6),
            np.full(upper.sum(), 0.12),
        ],
        axis=1,
    )
    lengths = reach * rng.uniform(0.7, 1.15, len(roots)) * np.where(upper & (np.abs(roots[:, 0]) < 0.45), 0.62, 1)
    lengths *= np.interp(np.abs(roots[:, 0]), (0.3, 0.75), (1.0, 0.5))
    paths = _straight(start, direction + rng.normal(0, 0.16, direction.shape), lengths)
    curl = 0.012 * np.sin(np.linspace(0, 5, STEPS)[None, :] + rng.uniform(0, 6, len(roots))[:, None])
    paths[..., 0] += curl * np.linspace(0, 1, STEPS)
    return Locks(paths, np.full(len(paths), 0.035, np.float32), np.zeros(len(paths), bool))


def _straight(start: Floats, direction: Floats, length: Floats) -> Floats:
    unit = direction / np.linalg.norm(direction, axis=1, keepdims=True)
    steps = np.linspace(0, 1, STEPS)[None, :, None]
    fall = np.zeros(3)
    fall[1] = 0.25
    paths: Floats = start[:, None] + unit[:, None] * steps * length[:, None, None]
    paths = paths + fall * (steps**2) * length[:, None, None]
    return paths.astype(np.float32)


def _scalp_locks(person: Person, cut: Cut, head: Head, rng: np.random.Generator) -> Locks:
    hair = person.hair
    roots = _roots(person, rng, cut.count)
    count = len(roots)
    offset = rng.uniform(*cut.offset, count).astype(np.float32) * hair.volume
    length = rng.uniform(*cut.length, count).astype(np.float32) * hair.length
    down = head.rotation.T @ np.array((0, 1, 0), np.float32)
    normal = (roots - CRANIUM_CENTRE) / CRANIUM_RADII**2
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    comb = _comb(cut.comb, roots, normal, hair.parting)
    comb += rng.normal(0, cut.fray, comb.shape).astype(np.float32)
    heading = comb + normal * cut.lift
    step = (length / (STEPS - 1))[:, None]
    point, path = roots + normal * 0.01, []
    for k in range(STEPS):
        path.append(point)
        heading = heading / np.linalg.norm(heading, axis=1, keepdims=True)
        point = point + heading * step
        point = _on_layer(point, offset * min(1.0, 0.6 + k / 6), cut.cling)
        if cut.frames_face:
            point = _beside_face(point, offset)
        moved = (point - path[-1]) / step
        heading = moved + down * cut.gravity * (0.5 + 1.5 * k / STEPS)
        if k < 3:
            heading = heading + comb * 0.3
    paths = np.stack(path, axis=1)
    paths = _waved(paths, cut, hair, rng)
    if hair.style is Hairstyle.BOB:
        tip = np.linspace(0, 1, STEPS, dtype=np.float32) ** 4
        paths[..., 0] -= np.sign(paths[:, -1:, 0]) * tip * 0.2
    # Below the ears the skull's oval is inside the neck: what grows there is seen behind it or not at all.
    behind = ((normal @ head.rotation.T)[:, 2] < -0.15) | (roots[:, 1] > -0.12)
    radius = np.full(count, cut.radius, np.float32) * rng.uniform(0.75, 1.25, count).astype(np.float32)
    narrow = np.interp(paths[..., 1], (-0.6, 0.1), (1.0, 0.8))
    paths[..., 0] *= np.where(behind[:, None] & cut.frames_face, narrow, 1)
    kept = ~_in_the_face(paths, 0.72 if cut.frames_face else 0.9, receding=hair.style is Hairstyle.RECEDING)
    return Locks(paths[kept].astype(np.float32), radius[kept], behind[kept])


def _in_the_face(paths: Floats, width: float, *, receding: bool) -> npt.NDArray[np.bool_]:
    """Which locks hang over the face nearer than ``width`` to its middle, where only a fringe may."""
    x, y, z = np.moveaxis(paths, -1, 0)
    side = np.abs(x)
    over = (z > 0.05) & (side < width) & (y > hairline(side, receding=receding) + 0.13) & (y < 1.7)
    found: npt.NDArray[np.bool_] = over.any(axis=1)
    return found


def _roots(person: Person, rng: np.random.Generator, count: int) -> Floats:
    """Points spread over the hairy part of the scalp (about ``count``)."""
    hair = person.hair
    direction = rng.standard_normal((count * 5, 3)).astype(np.float32)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    points = CRANIUM_CENTRE + CRANIUM_RADII * direction
    x, y, z = points.T
    receding = hair.style is Hairstyle.RECEDING
    front = y < hairline(np.abs(x), receding=receding) - 0.01
    back = y < np.where(z < -0.5, 0.45, -0.12)
    grows = np.where(z > -0.1, front, back)
    if person.outfit.hat is not Hat.NONE:
        grows &= y > -1.05
    chosen: Floats = points[grows][:count]
    if CUTS[hair.style].comb != "part" or person.outfit.hat is not Hat.NONE:
        return chosen
    # Where the comb parts the hair it leaves the scalp bare unless roots stand close along the line.
    y = np.linspace(-1.06, -1.5, count // 6)
    x = hair.parting + np.where(np.arange(len(y)) % 2, 0.02, -0.02) + rng.normal(0, 0.008, len(y))
    rest = 1 - ((y - CRANIUM_CENTRE[1]) / CRANIUM_RADII[1]) ** 2 - (x / CRANIUM_RADII[0]) ** 2
    z = CRANIUM_CENTRE[2] + CRANIUM_RADII[2] * np.sqrt(np.maximum(rest, 0))
    parted: Floats = np.concatenate([chosen, np.stack([x, y, z], axis=1)]).astype(np.float32)
    return parted


def _comb(kind: str, points: Floats, normal: Floats, parting: float) -> Floats:
    """The direction (n, 3) the comb gives hair at the points, along the scalp."""
    n = len(points)
    away = np.sign(points[:, 0] - parting)
    ones, zeros = np.ones(n), np.zeros(n)
    side = np.minimum(np.abs(points[:, 0]), 1)
    if kind == "part":
        wish = np.stack([away * (1 - side**2), 0.3 + 0.7 * side, 0.1 - 0.35 * side], axis=1)
    elif kind == "back":
        wish = np.stack([0.25 * points[:, 0] + 0.2 * parting, -0.25 + 0.45 * side, -ones], axis=1)
    elif kind == "up":
        wish = np.array((0.0, -1.75, -0.62)) - points
    elif kind == "crown":
        wish = (points - np.array((0.15, -1.5, -0.75))) * (1, 1, 0.5) + np.stack([zeros, side, -0.8 * side], axis=1)
    else:
        wish = points - CRANIUM_CENTRE
        return _unit(wish)
    return _unit(wish - normal * np.sum(wish * normal, axis=1, keepdims=True))


def _unit(vectors: Floats) -> Floats:
    scaled: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6)
    return scaled.astype(np.float32)


def _on_layer(points: Floats, offset: Floats, cling: float) -> Floats:
    """Push points that are inside their lock's layer around the skull out to it; ``cling`` draws outer ones in.

    The layer ends at the nape: what hangs lower is free.
    """
    radii = CRANIUM_RADII + offset[:, None]
    relative = (points - CRANIUM_CENTRE) / radii
    distance = np.maximum(np.linalg.norm(relative, axis=1, keepdims=True), 1e-6)
    drawn = cling * np.clip((0.25 - points[:, 1:2]) / 0.6, 0, 1)
    target = np.where(distance < 1, 1.0, distance + (1 - distance) * drawn)
    moved: Floats = CRANIUM_CENTRE + relative / distance * target * radii
    return moved


def _beside_face(points: Floats, offset: Floats) -> Floats:
    """Keep falling hair out of the face: it passes the temples and hangs beside the cheeks, over the shoulders."""
    x, y, z = points.T
    keep = (
        np.interp(y, (-1.0, -0.75, -0.35, 0.1, 0.9, 1.5, 2.2), (0.0, 0.72, 0.94, 0.97, 0.93, 0.88, 0.85)) + 0.4 * offset
    )
    short = np.where(z > -0.3, np.maximum(keep - np.abs(x), 0), 0)
    reach = keep + 0.1 + 0.5 * offset + 0.12 * np.clip(y, 0, 2.5)
    wide = np.where(y > -0.2, np.maximum(np.abs(x) - reach, 0), 0)
    moved = points.copy()
    moved[:, 0] += np.sign(x) * (short * 0.7 - wide * 0.3)
    moved[:, 2] = np.where(y > -0.3, np.minimum(z, 0.3 + 0.2 * offset), z)
    return moved


def _waved(paths: Floats, cut: Cut, hair: Hair, rng: np.random.Generator) -> Floats:
    amount = cut.wave * hair.wave
    if amount <= 0:
        return paths
    along = np.linspace(0, 1, STEPS)[None, :]
    length = np.linalg.norm(np.diff(paths, axis=1), axis=2).sum(axis=1)[:, None]
    # Neighbours wave together: the phase follows the root's place, with a little will of its own.
    phase = 2.5 * np.arctan2(paths[:, 0, 0], paths[:, 0, 2]) + rng.normal(0, 0.4, len(paths))
    turn = cut.frequency * along * length / 2.2 + phase[:, None]
    swell = amount * np.clip(2.2 * along - 0.25, 0, 1)
    waved = paths.copy()
    waved[..., 0] += swell * np.sin(turn)
    waved[..., 2] += swell * np.cos(turn)
    waved[..., 1] += 0.4 * swell * np.sin(turn + 1)
    return waved


def _fringe(hair: Hair, head: Head, rng: np.random.Generator) -> Locks:
    count = 110
    x = np.linspace(-0.7, 0.7, count) + rng.normal(0, 0.02, count)
    top = np.stack([x * 0.75 + 0.25 * hair.parting, rng.uniform(-1.5, -1.14, count)], axis=1)
    end_y = -0.46 + 0.16 * np.abs(x) ** 2 + rng.normal(0, 0.035, count) - 0.1 * np.abs(hair.parting)
    sweep = 0.28 * hair.parting
    end = np.stack([x * 1.06 - sweep * 0.9, end_y], axis=1)
    s = np.linspace(0, 1, STEPS)[None, :, None]
    flat = top[:, None] * (1 - s) + end[:, None] * s
    flat[..., 0] += 0.07 * np.sin(s[..., 0] * np.pi) * x[:, None]
    rise = 0.05 + 0.11 * np.sin(np.linspace(0, np.pi, STEPS)) + rng.uniform(0, 0.05, (count, 1))
    lifted = head.lift(flat.reshape(-1, 2).astype(np.float32)).reshape(count, STEPS, 3)
    lifted[..., 2] += rise
    order = rng.permutation(count)
    return Locks(lifted[order].astype(np.float32), np.full(count, 0.06, np.float32), np.zeros(count, bool))


def _bun(rng: np.random.Generator) -> Locks:
    count = 120
    centre, radius = np.array((0.0, -1.83, -0.5)), 0.42
    axis = rng.standard_normal((count, 3))
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    first = np.cross(axis, (0.3, 0.2, 1.0))
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(axis, first)
    t = (rng.uniform(0, 6.3, count)[:, None] + np.linspace(0, 2.4, STEPS)[None, :])[..., None]
    paths = centre + radius * (first[:, None] * np.cos(t) + second[:, None] * np.sin(t)) * (1.0, 0.82, 0.9)
    return Locks(paths.astype(np.float32), np.full(count, 0.06, np.float32), np.zeros(count, bool))


def _tail(head: Head, rng: np.random.Generator) -> Locks:
    count = 70
    start = np.array((0.0, -0.9, -1.5)) + rng.normal(0, 0.08, (count, 3))
    side = 1.0 if head.pose.yaw > 0 else -1.0
    s = np.linspace(0, 1, STEPS)[None, :, None]
    bend = np.array((side * 0.95, 0.2, 0.55)) + rng.normal(0, 0.13, (count, 1, 3))
    drop = np.array((side * 0.25, 2.6, 0.35)) + rng.normal(0, 0.16, (count, 1, 3))
    paths = start[:, None] + bend * np.sin(s * np.pi * 0.55) + drop * s**1.7
    return Locks(paths.astype(np.float32), np.full(count, 0.09, np.float32), np.ones(count, bool))
