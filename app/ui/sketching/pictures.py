"""Sketches as pictures to look at: alone, over the photo, and one beside, behind or against another."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from app.faces.sample import Photo
from app.formats.sketch_files import Grey
from app.imaging.cv import cv2


def grey_image(pixels: Grey) -> QImage:
    """A copy of (H, W)."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_Grayscale8).copy()


def over_photo(photo: Photo, sketch: Grey, *, is_inverted: bool) -> QImage:
    """The lines over the photo, which is half as strong as it is."""
    height, width = sketch.shape
    beneath = cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA)
    paper = cv2.addWeighted(beneath, 0.5, beneath, 0, 127)
    lines = cv2.merge([cv2.bitwise_not(sketch) if is_inverted else sketch] * 3)
    return _colour_image(np.asarray(cv2.multiply(paper, lines, scale=1 / 255), np.uint8))


def wiped(old: Grey, new: Grey, at: float) -> QImage:
    """The old one to the left of ``at`` (0…1 of the width), the new one to the right."""
    old = _as_large_as(new, old)
    column = round(at * new.shape[1])
    return grey_image(np.hstack((old[:, :column], new[:, column:])))


def difference(old: Grey, new: Grey, *, is_inverted: bool) -> QImage:
    """Lines of both are black, those only in the old one orange, those only in the new one blue."""
    old = _as_large_as(new, old)
    one, two = (cv2.bitwise_not(pixels) if is_inverted else pixels for pixels in (old, new))
    ink_old, ink_new = (1 - np.asarray(pixels, np.float32)[..., None] / 255 for pixels in (one, two))
    orange, blue = np.array((230, 120, 0), np.float32), np.array((0, 100, 220), np.float32)
    both = np.minimum(ink_old, ink_new)
    shown = 255 - both * 255 - (ink_old - both) * (255 - orange) - (ink_new - both) * (255 - blue)
    return _colour_image(shown.clip(0, 255).astype(np.uint8))


def _as_large_as(model: Grey, pixels: Grey) -> Grey:
    if pixels.shape == model.shape:
        return pixels
    method = cv2.INTER_AREA if pixels.shape[0] > model.shape[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, model.shape[::-1], interpolation=method), np.uint8)


def _colour_image(rgb: Photo) -> QImage:
    rgb = np.ascontiguousarray(rgb)
    height, width = rgb.shape[:2]
    return QImage(rgb.data, width, height, rgb.strides[0], QImage.Format.Format_RGB888).copy()
