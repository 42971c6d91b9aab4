"""The flat chart a face is painted on before pose bends it: albedo, gloss and the face's own mask layers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from app.generation.portrait.head import CHART_X, CHART_Y
from app.generation.portrait.people import Person
from app.generation.portrait.sheet import Colour, Floats, Sheet
from app.imaging.cv import cv2

PIXELS_PER_UNIT = 290


@dataclass(slots=True, eq=False)
class Chart:
    """What is painted at each (x, y) of a face seen from the front.

    ``albedo`` is the colour in even light, ``gloss`` how much the surface shines, ``layers`` the coverage of each
    class of the mask (H, W) 0…1.
    """

    person: Person
    rng: np.random.Generator
    albedo: Sheet
    gloss: Sheet
    layers: dict[str, Floats] = field(default_factory=dict)
    irises: list[tuple[float, float]] = field(default_factory=list)

    @classmethod
    def blank(cls, person: Person, rng: np.random.Generator) -> Chart:
        """A chart of one flat skin tone."""
        shape = (round(2 * CHART_Y * PIXELS_PER_UNIT), round(2 * CHART_X * PIXELS_PER_UNIT))
        tone = np.empty((*shape, 3), np.float32)
        tone[:] = person.skin.tone
        gloss = np.full(shape, 0.5, np.float32)
        return cls(person, rng, Sheet(tone, chart_pixels, PIXELS_PER_UNIT), Sheet(gloss, chart_pixels, PIXELS_PER_UNIT))

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W)."""
        return self.albedo.shape

    def add_layer(self, name: str, outline: Floats) -> Floats:
        """The outline's inside belongs to class ``name`` (added to what it has); returns its coverage."""
        layer = self.layers.setdefault(name, np.zeros(self.shape, np.float32))
        found = self.albedo.area(outline)
        if found is not None:
            window, alpha = found
            np.maximum(layer[window], alpha, out=layer[window])
        return layer

    def hairs(self, curves: Floats, tones: Floats, colour: Colour, *, thickness: int = 1, opacity: float = 1.0) -> None:
        """Draw hairs (n, k, 2) in chart units, each in ``colour`` times its tone (n,)."""
        strokes = np.zeros((*self.shape, 4), np.uint8)
        pixels = np.round(chart_pixels(curves.reshape(-1, 2)).reshape(curves.shape) * 8).astype(np.int32)
        for level in np.unique(np.round(tones * 6)):
            chosen = [k.reshape(-1, 1, 2) for k in pixels[np.round(tones * 6) == level]]
            shade = [float(np.clip(255 * c * level / 6, 0, 255)) for c in colour]
            cv2.polylines(strokes, chosen, False, (*shade, 255.0), thickness, cv2.LINE_AA, 3)
        low = np.floor(pixels.min(axis=(0, 1)) / 8).astype(int) - 3
        high = np.ceil(pixels.max(axis=(0, 1)) / 8).astype(int) + 3
        x0, y0 = np.maximum(low, 0)
        window = (slice(y0, max(high[1], y0 + 1)), slice(x0, max(high[0], x0 + 1)))
        layer = strokes[window].astype(np.float32) * (opacity / 255)
        part = self.albedo.image[window]
        part += layer[..., :3] - part * layer[..., 3:]


def chart_pixels(points: Floats) -> Floats:
    """Chart units (n, 2) → chart pixels (n, 2)."""
    pixels: Floats = (points + np.array((CHART_X, CHART_Y), np.float32)) * PIXELS_PER_UNIT
    return pixels
