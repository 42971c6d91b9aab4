"""The picture in the making: colours, and beside them where each class of the mask was painted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from app.faces.mask import Binary
from app.generation.portrait.sheet import Colour, Floats, Sheet, covered
from app.imaging.cv import cv2


@dataclass(slots=True, eq=False)
class Canvas:
    """A square RGB float picture (size, size, 3) and the coverage 0…1 of every class painted so far."""

    image: Floats
    rng: np.random.Generator
    layers: dict[str, Floats] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Its width and height in pixels."""
        return int(self.image.shape[0])

    def paint(self, name: str | None, picture: Floats, alpha: Floats, *, hides: tuple[str, ...] = ()) -> None:
        """Lay a picture over the canvas where ``alpha`` says; it belongs to class ``name`` and hides others."""
        window = _touched(alpha)
        part, seen = self.image[window], alpha[window]
        part += (picture[window] - part) * seen[..., None]
        self._claim_window(name, window, seen, hides)

    def paint_premultiplied(self, name: str | None, picture: Floats, *, hides: tuple[str, ...] = ()) -> None:
        """Lay a picture (size, size, 4) whose colours are already multiplied by its coverage."""
        window = _touched(picture[..., 3])
        part, layer = self.image[window], picture[window]
        part *= 1 - layer[..., 3:]
        part += layer[..., :3]
        self._claim_window(name, window, layer[..., 3], hides)

    def patch(self, name: str | None, outline_px: Floats, colour: Colour, *, hides: tuple[str, ...] = ()) -> None:
        """Fill a polygon given in pixels with one colour."""
        found = covered(outline_px, (self.size, self.size))
        if found is None:
            return
        window, alpha = found
        part = self.image[window]
        part += (np.asarray(colour, np.float32) - part) * alpha[..., None]
        self._claim_window(name, window, alpha, hides)

    def claim(self, name: str | None, alpha: Floats, *, hides: tuple[str, ...] = ()) -> None:
        """Note that class ``name`` covers ``alpha``, and that the classes in ``hides`` are gone there."""
        self._claim_window(name, (slice(None), slice(None)), alpha, hides)

    def _claim_window(
        self, name: str | None, window: tuple[slice, slice], alpha: Floats, hides: tuple[str, ...]
    ) -> None:
        for other in hides:
            if other in self.layers:
                self.layers[other][window] *= 1 - alpha
        if name is not None:
            layer = self.layers.setdefault(name, np.zeros((self.size, self.size), np.float32))
            np.maximum(layer[window], alpha, out=layer[window])

    def sheet(self, to_pixels: Callable[[Floats], Floats], pixels_per_unit: float) -> Sheet:
        """The canvas as a sheet to paint on in other units."""
        return Sheet(self.image, to_pixels, pixels_per_unit)

    def binaries(self, size: int) -> dict[str, Binary]:
        """The classes with any pixel as (size, size) pictures: a pixel belongs where at least half is covered."""
        found: dict[str, Binary] = {}
        for name, layer in self.layers.items():
            small = cv2.resize(layer, (size, size), interpolation=cv2.INTER_AREA)
            binary = small >= 0.5
            if binary.any():
                found[name] = binary
        return found


def _touched(alpha: Floats) -> tuple[slice, slice]:
    """The window outside which nothing is covered."""
    rows, columns = (np.flatnonzero(alpha.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
