"""A sample: one face in all its modalities, and where each value came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Generic, NewType, TypeVar

import numpy as np
import numpy.typing as npt

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.mask import MaskLayers

SampleId = NewType("SampleId", str)
"""The id as the dataset writes it, unpadded: ``"17"``."""

Photo = npt.NDArray[np.uint8]
"""(H, W, 3) uint8, R G B."""


class Modality(Enum):
    """What a sample is made of."""

    PHOTO = "photo"
    MASK = "mask"
    SKETCH = "sketch"
    CAPTIONS = "captions"
    ATTRIBUTES = "attributes"
    POSE = "pose"


@dataclass(frozen=True, slots=True)
class Pose:
    """Head pose in degrees, as the pose table gives it."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a file that the user should know: what, where, what now."""

    modality: Modality
    where: str
    message: str


T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Loaded(Generic[T]):
    """A value read from disk, with what is needed to save it safely later.

    ``stamps`` maps each file read (path relative to the dataset root, POSIX) to the SHA-256 of its bytes; None stands
    for "was not there". ``read_only`` says in a sentence why the value must not be edited. ``value`` is None where the
    sample lacks the modality or its file is too damaged to show; ``problems`` tell which.
    """

    value: T | None
    stamps: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()
    read_only: str | None = None


@dataclass(frozen=True, slots=True)
class Sketch:
    """A sketch as its file: the very bytes, a JPEG or a PNG. None at all says that there is no file.

    Pixels would not do: what a JPEG is read to be is never quite what was drawn, and only bytes come back as they were.
    """

    data: bytes


EditableValue = MaskLayers | Captions | Attributes | Sketch
"""The values a document can change."""

EDITABLE: tuple[Modality, ...] = (Modality.MASK, Modality.CAPTIONS, Modality.ATTRIBUTES, Modality.SKETCH)
