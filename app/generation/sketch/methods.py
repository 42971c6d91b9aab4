"""The ways to make a sketch, each with its settings: what a command, a dialog or a child process is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.faces.errors import InvalidEditError
from app.faces.mask import MaskLayers
from app.faces.sample import Photo
from app.generation.sketch.drawing import Drawing, LineMap, drawn
from app.generation.sketch.linemap import PRESETS, LineMapOptions, face_gain, line_map, scaled_shape
from app.generation.sketch.network import read_network, runner
from app.generation.sketch.photocopy import GEGL_DEFAULTS, GIMP_DEFAULTS, PhotocopyOptions, photocopy
from app.imaging.cv import cv2

Draw = Callable[[Photo, MaskLayers | None, int], Drawing]
"""From a photo, its mask where there is one, and the length of the longer side, to the sketch."""


@dataclass(frozen=True, slots=True)
class ByLineMap:
    """Strokes along the photo's edges."""

    options: LineMapOptions

    @property
    def needs_mask(self) -> bool:
        """Whether a mask makes a difference."""
        return self.options.emphasis > 0

    def strokes(self, photo: Photo, mask: MaskLayers | None) -> LineMap:
        """The lines, at no resolution yet."""
        gain = face_gain(mask, self.options.emphasis) if mask is not None and self.needs_mask else None
        return line_map(photo, self.options, gain=gain)

    def drawn(self, strokes: LineMap, photo: Photo, size: int) -> Drawing:
        """The lines as pixels, in the proportions of the photo."""
        return drawn(strokes, scaled_shape(photo.shape, size), softness_px=self.options.softness_px)

    def drawer(self) -> Draw:
        """Ready to draw."""
        return lambda photo, mask, size: self.drawn(self.strokes(photo, mask), photo, size)


@dataclass(frozen=True, slots=True)
class ByPhotocopy:
    """The photocopy filter; its radius counts pixels of the finished size."""

    options: PhotocopyOptions
    needs_mask: bool = False

    def drawer(self) -> Draw:
        """Ready to draw."""
        return lambda photo, _mask, size: photocopy(_resized(photo, size), self.options)


@dataclass(frozen=True, slots=True)
class ByNetwork:
    """A model of the user's own."""

    model: Path
    needs_mask: bool = False

    def drawer(self) -> Draw:
        """Ready to draw. Raises what ``read_network`` and ``runner`` raise."""
        run = runner(read_network(self.model))
        return lambda photo, _mask, size: run(_resized(photo, size))


Method = ByLineMap | ByPhotocopy | ByNetwork

METHODS = ("linemap", "photocopy", "onnx")
_RAMPS = {"gimp": GIMP_DEFAULTS, "gegl": GEGL_DEFAULTS}


def presets_of(name: str) -> tuple[str, ...]:
    """The presets of one of the ``METHODS``, its own first."""
    return {"linemap": tuple(preset.name for preset in PRESETS), "photocopy": tuple(_RAMPS)}.get(name, ())


def method_of(
    name: str = "linemap", *, preset: str | None = None, model: Path | None = None, detail: float | None = None
) -> Method:
    """One of the ``METHODS`` by its words. Raises InvalidEditError where they do not fit each other."""
    if name not in METHODS:
        raise InvalidEditError(f"sketches are not drawn by {name!r}; there are {', '.join(METHODS)}")
    if preset is not None and preset not in presets_of(name):
        raise InvalidEditError(f"{name} has no preset {preset!r}; it has {', '.join(presets_of(name)) or 'none'}")
    if (name == "onnx") != (model is not None):
        raise InvalidEditError("the method onnx and a model FILE.onnx belong together")
    if detail is not None and name != "linemap":
        raise InvalidEditError("detail is a line map's")
    if model is not None:
        return ByNetwork(model)
    if name == "photocopy":
        return ByPhotocopy(_RAMPS[preset or "gimp"])
    options = next(p.options for p in PRESETS if p.name == (preset or PRESETS[0].name))
    return ByLineMap(options if detail is None else replace(options, detail=detail))


def _resized(photo: Photo, size: int) -> Photo:
    height, width = scaled_shape(photo.shape, size)
    if photo.shape[:2] == (height, width):
        return photo
    method = cv2.INTER_AREA if photo.shape[0] > height else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(photo, (width, height), interpolation=method), np.uint8)
