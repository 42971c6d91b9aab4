"""The head as a solid that pose turns: cross-sections from crown to chin, with nose, brows, lips and cheeks on top.

Head space: x to the picture's right, y down, z towards the viewer; the unit is half the width of the face and the
eyes lie at y = 0. Seen from the front, (x, y) are also the coordinates of the flat *chart* on which the face is
painted. Poses follow the table of CelebAMask-HQ: a positive yaw turns the nose to the picture's left, a positive
pitch lifts it (both measured on the released masks); roll is clockwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.faces.sample import Pose
from app.generation.portrait.people import Build
from app.generation.portrait.sheet import Floats, blurred
from app.imaging.cv import cv2

CROWN, CHIN = -1.63, 1.57
CHART_X, CHART_Y = 1.3, 1.8
CRANIUM_CENTRE = np.array((0.0, -0.55, -0.3), np.float32)
CRANIUM_RADII = np.array((1.0, 1.08, 1.2), np.float32)
"""The ellipsoid that hair and hats sit on."""
RELIEF_PPU = 150
"""Pixels per unit of the relief map."""

# y, half width, front z, back z: an average head in profile and from the front.
_SECTIONS = np.array(
    [
        (-1.63, 0.00, -0.30, -0.30), (-1.60, 0.27, 0.02, -0.62), (-1.50, 0.53, 0.32, -0.92),
        (-1.35, 0.74, 0.55, -1.14), (-1.15, 0.89, 0.71, -1.31), (-0.90, 0.97, 0.81, -1.44),
        (-0.60, 1.00, 0.87, -1.51), (-0.30, 1.00, 0.88, -1.50), (0.00, 0.985, 0.85, -1.42),
        (0.30, 0.965, 0.84, -1.25), (0.60, 0.92, 0.84, -1.00), (0.90, 0.84, 0.845, -0.70),
        (1.10, 0.745, 0.85, -0.50), (1.22, 0.665, 0.85, -0.35), (1.35, 0.55, 0.83, -0.10),
        (1.44, 0.44, 0.79, 0.10), (1.51, 0.32, 0.73, 0.26), (1.55, 0.20, 0.66, 0.38), (1.57, 0.00, 0.52, 0.52),
    ],
    np.float32,
)  # fmt: skip
_ROWS = 4096
_END = 240


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One person's head in its pose. ``unit_px`` and ``centre_px`` place head space on a square picture."""

    build: Build
    pose: Pose
    unit_px: float
    centre_px: tuple[float, float]
    rotation: Floats
    sections: Floats
    relief: Floats

    def project(self, points: Floats) -> Floats:
        """Head space (n, 3) → picture (n, 3): pixels x, y and depth in units (larger is nearer)."""
        turned = points @ self.rotation.T
        turned[:, :2] = turned[:, :2] * self.unit_px + self.centre_px
        return turned

    def lift(self, chart: Floats, above: float = 0.0) -> Floats:
        """Chart points (n, 2) → head space (n, 3) on the face, ``above`` units before it."""
        x, y = chart[:, 0], chart[:, 1]
        half, centre, depth = self._section(y)
        z = centre + depth * np.sqrt(np.clip(1 - (x / np.maximum(half, 1e-3)) ** 2, 0, 1)) + self._relief_at(x, y)
        return np.stack([x, y, z + above], axis=1).astype(np.float32)

    def place(self, chart: Floats, above: float = 0.0) -> Floats:
        """Chart points (n, 2) → pixels (n, 2)."""
        return self.project(self.lift(chart, above))[:, :2]

    def _section(self, y: Floats) -> tuple[Floats, Floats, Floats]:
        row = np.clip((y - CROWN) * ((_ROWS - 1) / (CHIN - CROWN)), 0, _ROWS - 1).astype(np.int32)
        found = self.sections[row]
        return found[..., 0], found[..., 1], found[..., 2]

    def _relief_at(self, x: Floats, y: Floats) -> Floats:
        shape = x.shape
        u = np.ascontiguousarray((x + CHART_X) * RELIEF_PPU, np.float32).reshape(-1, shape[-1])
        v = np.ascontiguousarray((y + CHART_Y) * RELIEF_PPU, np.float32).reshape(-1, shape[-1])
        return cv2.remap(self.relief, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT).reshape(shape)

    def half_width(self, y: Floats) -> Floats:
        """Half the head's width at heights ``y``."""
        return self._section(y)[0]

    def surface(self, size: int, picture: int) -> Surface:
        """Every pixel's point of the head on a ``size`` square version of the ``picture`` square picture."""
        scale = picture / size
        grid = ((np.arange(size, dtype=np.float32) + 0.5) * scale - 0.5)[None, :]
        sx = np.broadcast_to((grid - self.centre_px[0]) / self.unit_px, (size, size))
        sy = np.broadcast_to((grid.T - self.centre_px[1]) / self.unit_px, (size, size))
        back = self.rotation.T
        ox, oy, oz = (back[k, 0] * sx + back[k, 1] * sy for k in range(3))
        dx, dy, dz = (float(back[k, 2]) for k in range(3))
        t: Floats = np.full((size, size), 0.8, np.float32)
        raised: Floats = np.zeros((size, size), np.float32)
        inside: Floats = t
        for step in range(9):
            y = oy + t * dy
            half, centre, depth = self._section(y)
            half, depth = np.maximum(half, 1e-3), np.maximum(depth, 1e-3)
            # The head is an ellipse at this height; its relief moves it along z, which is the ray moved back.
            ax, az = ox / half, (oz - raised - centre) / depth
            bx, bz = dx / half, dz / depth
            a, b, c = bx * bx + bz * bz, ax * bx + az * bz, ax * ax + az * az - 1
            disc = b * b - a * c
            t = (np.sqrt(np.maximum(disc, 0)) - b) / a
            inside = disc / a
            x, y = ox + t * dx, oy + t * dy
            if step < 8:
                found = self._relief_at(x, y)
                raised = found if step < 2 else 0.35 * raised + 0.65 * found
        inside = np.where((y > CROWN) & (y < CHIN), inside, -0.4)
        return Surface(x.astype(np.float32), y.astype(np.float32), t.astype(np.float32), inside.astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Per pixel (H, W): chart x and y, depth towards the viewer in units, and ``inside`` > 0 where the head is."""

    x: Floats
    y: Floats
    depth: Floats
    inside: Floats


def rotation_of(pose: Pose) -> Floats:
    """The (3, 3) matrix that turns a head from looking at the viewer into its pose."""
    yaw, pitch, roll = np.radians((pose.yaw, pose.pitch, pose.roll))
    turn = np.array([(np.cos(yaw), 0, -np.sin(yaw)), (0, 1, 0), (np.sin(yaw), 0, np.cos(yaw))])
    nod = np.array([(1, 0, 0), (0, np.cos(pitch), -np.sin(pitch)), (0, np.sin(pitch), np.cos(pitch))])
    lean = np.array([(np.cos(roll), -np.sin(roll), 0), (np.sin(roll), np.cos(roll), 0), (0, 0, 1)])
    matrix: Floats = (lean @ nod @ turn).astype(np.float32)
    return matrix


def make_head(build: Build, pose: Pose, *, unit_px: float, centre_px: tuple[float, float]) -> Head:
    """The head of a build, turned into a pose."""
    return Head(build, pose, unit_px, centre_px, rotation_of(pose), _sections_of(build), _relief_of(build))


def _sections_of(build: Build) -> Floats:
    """(rows, 3): half width, centre z and half depth from crown to chin."""
    y, half, front, back = _SECTIONS.T.copy()
    jaw = np.exp(-(((y - 1.2) / 0.32) ** 2))
    cheek = np.exp(-(((y - 0.55) / 0.4) ** 2))
    half *= 1 + build.jaw * 0.12 * jaw + build.chubby * (0.1 * jaw + 0.05 * cheek)
    half *= 1 - build.pointed * 0.15 * np.exp(-(((y - 1.36) / 0.3) ** 2))
    rows = np.linspace(CROWN, CHIN, _ROWS, dtype=np.float32)

    def round_ended(values: Floats) -> Floats:
        """Smoothed through zero (as if the squares went on below it), crown and chin end round like an ellipse."""
        squares = np.interp(rows, y, values**2)
        squares[[0, -1]] = 0
        mirrored = np.concatenate([-squares[_END:0:-1], squares, -squares[-2 : -_END - 2 : -1]])
        rounded: Floats = np.sqrt(np.maximum(_smooth(mirrored)[_END:-_END], 0))
        return rounded

    table = np.stack([round_ended(half), _smooth(np.interp(rows, y, (front + back) / 2)),
                      round_ended((front - back) / 2)], axis=1)  # fmt: skip
    return table.astype(np.float32)


def _smooth(values: Floats) -> Floats:
    column = np.ascontiguousarray(values, np.float32)[:, None]
    smoothed: Floats = cv2.GaussianBlur(column, (0, 0), sigmaX=0.1, sigmaY=72, borderType=cv2.BORDER_REPLICATE)
    return smoothed[:, 0]


def _relief_of(build: Build) -> Floats:
    """What stands out from the oval or is sunk into it, in units, on the chart."""
    v, u = np.mgrid[-CHART_Y : CHART_Y : 1 / RELIEF_PPU, -CHART_X : CHART_X : 1 / RELIEF_PPU].astype(np.float32)
    side = np.abs(u)

    def bump(x: float, y: float, rx: float, ry: float, height: float, *, below: float | None = None) -> Floats:
        """A soft hill on both sides; ``below`` is its vertical radius under the centre where that differs."""
        dy = v - y
        vertical = dy / ry if below is None else np.where(dy > 0, dy / below, dy / ry)
        hill: Floats = height * np.exp(-(((side - x) / rx) ** 2) - vertical**2)
        return hill

    nose = build.nose_width
    along = np.clip((v + 0.18) / 0.78, 0, 1)
    ridge_width = 0.1 + 0.07 * along * nose
    ridge = (0.06 + 0.21 * build.nose_length * along**1.15) * np.exp(-((u / ridge_width) ** 2))
    ridge *= np.clip((v + 0.4) / 0.3, 0, 1) * np.where(v > 0.6, np.exp(-(((v - 0.6) / 0.13) ** 2)), 1)
    relief = ridge
    relief += bump(0.0, 0.57, 0.13 * nose, 0.14, 0.05 + 0.06 * build.nose_length, below=0.15)
    relief += bump(0.15 * nose, 0.64, 0.085 * nose, 0.1, 0.13, below=0.09)
    relief += bump(0.4, -0.3, 0.3, 0.13, 0.05 + 0.035 * build.brow_ridge)
    deep = 0.7 + 0.5 * build.brow_ridge
    relief -= deep * (bump(0.43, -0.06, 0.25, 0.18, 0.07) + bump(0.2, -0.02, 0.1, 0.16, 0.05))
    relief += bump(0.45, 0.0, 0.19, 0.11, 0.075)
    relief += bump(0.6, 0.36, 0.24, 0.2, 0.05 + 0.05 * build.cheekbones + 0.05 * build.smile)
    relief -= bump(0.66, 0.86, 0.17, 0.28, 0.05 * (1 - build.chubby))
    relief += bump(0.0, 1.02, 0.36, 0.24, 0.09)
    relief += bump(0.12, 0.985, 0.2, 0.05, 0.03 * build.lips) + bump(0.0, 1.15, 0.22, 0.065, 0.06 * build.lips)
    relief -= bump(0.0, 1.06, 0.3, 0.022, 0.03) + bump(0.0, 1.27, 0.2, 0.055, 0.045)
    relief -= bump(0.0, 0.88, 0.035, 0.08, 0.02)
    relief += bump(0.0, 1.43, 0.22, 0.14, 0.06 + 0.03 * build.jaw)
    relief += build.chubby * bump(0.62, 0.8, 0.28, 0.3, 0.07)
    return blurred(relief.astype(np.float32), 2.0)
