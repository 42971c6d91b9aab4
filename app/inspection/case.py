"""One sample as checks see it: its values, and what several checks would otherwise work out again."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.finding import Region
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, Photo, SampleId
from app.generation.caption_set import CaptionSet, read_captions
from app.imaging.cv import cv2

if TYPE_CHECKING:
    from app.generation.reading import Reader

REFERENCE_SIDE = 512
"""Areas are compared as those of a mask of this size, whatever its own."""


class Case:
    """A sample's values, None for those it lacks (or that nobody loaded). Nobody changes them while it is looked at."""

    def __init__(
        self,
        sample: SampleId,
        *,
        captions: Captions | None = None,
        attributes: Attributes | None = None,
        mask: MaskLayers | None = None,
        photo: Photo | None = None,
        sketch: Photo | None = None,
        reader: Reader | None = None,
    ) -> None:
        """``reader`` knows the captions' words; None: those of the shipped grammars."""
        self.sample = sample
        self.captions = captions
        self.attributes = attributes
        self.mask = mask
        self.photo = photo
        self.sketch = sketch
        self._reader = reader

    @property
    def modalities(self) -> frozenset[Modality]:
        """What there is to look at."""
        values = {
            Modality.CAPTIONS: self.captions,
            Modality.ATTRIBUTES: self.attributes,
            Modality.MASK: self.mask,
            Modality.PHOTO: self.photo,
            Modality.SKETCH: self.sketch,
        }
        return frozenset(modality for modality, value in values.items() if value is not None)

    @cached_property
    def reading(self) -> CaptionSet:
        """The captions, read."""
        return read_captions(self.captions.texts if self.captions is not None else (), self._reader)

    @cached_property
    def areas(self) -> dict[str, int]:
        """Pixels of every class as layers; empty without a mask."""
        return self.mask.areas() if self.mask is not None else {}

    @property
    def scale(self) -> float:
        """How many pixels of a mask of 512 × 512 one pixel of this mask is."""
        if self.mask is None:
            return 1.0
        height, width = self.mask.shape
        return REFERENCE_SIDE * REFERENCE_SIDE / max(1, height * width)

    @cached_property
    def photo_under_mask(self) -> Photo | None:
        """The photo (H, W, 3) in the size of the mask; None where one is missing."""
        if self.photo is None or self.mask is None or self.photo.shape[:2] == self.mask.shape:
            return self.photo if self.mask is not None else None
        height, width = self.mask.shape
        return cv2.resize(self.photo, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8)

    def box(self, class_name: str) -> Region | None:
        """The smallest box around a class, in pixels of the mask; None where it is nowhere."""
        if self.mask is None or not self.areas[class_name]:
            return None
        covered = self.mask.layer(class_name)
        rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
        left, top = int(columns[0]), int(rows[0])
        return left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top
