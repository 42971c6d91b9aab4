"""The verbs: what a person, a script or a model asks a document to change.

An edit is a pure function from a value to a value plus a label for the Undo menu; ``Document.do`` keeps the difference
(``deltas.py``), so taking it back needs no code here. Adding a verb is one class in this file, listed in ``EDITS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from app.faces.attributes import Attributes, attribute_title
from app.faces.captions import Captions
from app.faces.classes import CLASS_BY_NAME
from app.faces.errors import InvalidEditError, ReadOnlyError
from app.faces.mask import Binary, Bits, MaskLayers
from app.faces.sample import EditableValue, Modality, SampleId, Sketch
from app.imaging.compose import Erase, Operation, Others, apply
from app.imaging.raster import Rect


class Edit(Protocol):
    """A change that can be taken back."""

    modality: ClassVar[Modality]

    @property
    def sample(self) -> SampleId: ...

    @property
    def label(self) -> str:
        """What the Undo menu reads: "Edit caption 3"."""
        ...

    @property
    def origin(self) -> object | None:
        """Who asked; an editor ignores its own echo."""
        ...

    def changed(self, value: EditableValue | None) -> EditableValue | None:
        """The new value; ``value`` itself is left alone. Raises InvalidEditError or ReadOnlyError."""
        ...

    def merges(self, later: Edit, /) -> bool:
        """Whether ``later``, coming soon after, is part of the same step: typing in one caption."""
        ...


class _CaptionEdit:
    modality: ClassVar[Modality] = Modality.CAPTIONS
    __slots__ = ()

    def merges(self, _later: Edit, /) -> bool:
        return False


def _captions(value: EditableValue | None) -> Captions:
    if not isinstance(value, Captions):
        raise InvalidEditError("the sample has no caption file; write its captions first")
    return value


@dataclass(frozen=True, slots=True)
class EditCaption(_CaptionEdit):
    """Caption ``index`` (0-based) says ``text``; every other byte of the file stays."""

    sample: SampleId
    index: int
    text: str
    origin: object | None = None

    @property
    def label(self) -> str:
        """In the Undo menu."""
        return f"Edit caption {self.index + 1}"

    def changed(self, value: EditableValue | None) -> Captions:
        """One line replaced."""
        return _captions(value).replacing(self.index, self.text)

    def merges(self, later: Edit, /) -> bool:
        """Typing goes on in the same caption, in the same editor."""
        return isinstance(later, EditCaption) and (later.index, later.origin) == (self.index, self.origin)


@dataclass(frozen=True, slots=True)
class InsertCaption(_CaptionEdit):
    """A new caption before ``index`` (0-based; the number of captions appends). Starts the file where there is none."""

    sample: SampleId
    index: int
    text: str = ""
    origin: object | None = None

    @property
    def label(self) -> str:
        """In the Undo menu."""
        return f"Insert caption {self.index + 1}"

    def changed(self, value: EditableValue | None) -> Captions:
        """One line more."""
        return (Captions() if value is None else _captions(value)).inserting(self.index, self.text)


@dataclass(frozen=True, slots=True)
class RemoveCaption(_CaptionEdit):
    """Caption ``index`` (0-based) is gone."""

    sample: SampleId
    index: int
    origin: object | None = None

    @property
    def label(self) -> str:
        """In the Undo menu."""
        return f"Remove caption {self.index + 1}"

    def changed(self, value: EditableValue | None) -> Captions:
        """One line less."""
        return _captions(value).removing(self.index)


@dataclass(frozen=True, slots=True)
class MoveCaption(_CaptionEdit):
    """Caption ``index`` stands at place ``to`` (both 0-based)."""

    sample: SampleId
    index: int
    to: int
    origin: object | None = None

    @property
    def label(self) -> str:
        """In the Undo menu."""
        return f"Move caption {self.index + 1} to {self.to + 1}"

    def changed(self, value: EditableValue | None) -> Captions:
        """The same lines in another order."""
        return _captions(value).moving(self.index, self.to)


@dataclass(frozen=True, slots=True)
class ReplaceCaptions(_CaptionEdit):
    """All captions at once: generated, imported or brought back."""

    sample: SampleId
    captions: Captions
    label: str = "Replace all captions"
    origin: object | None = None

    def changed(self, value: EditableValue | None) -> Captions:
        """The new captions."""
        if value is not None and (why := _captions(value).unreadable):
            raise ReadOnlyError(f"this caption file is not replaced: {why}")
        return self.captions


_SAYS = {True: "yes", False: "no", None: "unknown"}


def _attributes(value: EditableValue | None) -> Attributes:
    if not isinstance(value, Attributes):
        raise InvalidEditError("the dataset has no attribute table to write into")
    return value


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """One attribute is True, False or None (unknown)."""

    modality: ClassVar[Modality] = Modality.ATTRIBUTES
    sample: SampleId
    name: str
    value: bool | None
    origin: object | None = None

    @property
    def label(self) -> str:
        """In the Undo menu."""
        return f"Set {attribute_title(self.name)} to {_SAYS[self.value]}"

    def changed(self, value: EditableValue | None) -> Attributes:
        """One value replaced."""
        return _attributes(value).replacing(self.name, self.value)

    def merges(self, _later: Edit, /) -> bool:
        """Every choice is a step of its own."""
        return False


@dataclass(frozen=True, slots=True)
class SetAttributes:
    """Several attributes at once, each by name True, False or None (unknown)."""

    modality: ClassVar[Modality] = Modality.ATTRIBUTES
    sample: SampleId
    values: tuple[tuple[str, bool | None], ...]
    origin: object | None = None

    @property
    def label(self) -> str:
        """In the Undo menu."""
        return "Set " + " and ".join(f"{attribute_title(name)} to {_SAYS[value]}" for name, value in self.values)

    def changed(self, value: EditableValue | None) -> Attributes:
        """The values replaced, all of them or none."""
        attributes = _attributes(value)
        for name, wanted in self.values:
            attributes = attributes.replacing(name, wanted)
        return attributes

    def merges(self, _later: Edit, /) -> bool:
        """Every choice is a step of its own."""
        return False


class _MaskEdit:
    modality: ClassVar[Modality] = Modality.MASK
    __slots__ = ()

    def merges(self, _later: Edit, /) -> bool:
        return False


def _mask(value: EditableValue | None) -> MaskLayers:
    if not isinstance(value, MaskLayers):
        raise InvalidEditError("the sample has no mask; start a new mask first")
    return value


@dataclass(frozen=True, slots=True, eq=False)
class PaintLayer(_MaskEdit):
    """One class covers exactly ``covered`` (bool, H × W), and no pixel else.

    Layers may overlap; in exclusive masks the class replaces what was there. For background, the covered pixels lose
    all their classes and the others keep theirs.
    """

    sample: SampleId
    class_name: str
    covered: Binary
    text: str | None = None
    origin: object | None = None

    @property
    def label(self) -> str:
        """In the Undo menu."""
        return self.text or f"Set layer {self.class_name}"

    def changed(self, value: EditableValue | None) -> MaskLayers:
        """The layer assigned, through the gate."""
        mask = _mask(value)
        face_class = CLASS_BY_NAME.get(self.class_name)
        if face_class is None:
            raise InvalidEditError(f"there is no class {self.class_name}")
        if self.covered.shape != mask.shape or self.covered.dtype != np.bool_:
            raise InvalidEditError(f"the layer is {self.covered.dtype} {self.covered.shape}, not bool {mask.shape}")
        bits = mask.bits.copy()
        if face_class.id:
            apply(bits, ~self.covered, Operation(face_class.id, Erase.THIS_CLASS, exclusive=mask.exclusive))
        apply(bits, self.covered, Operation(face_class.id, others=Others.OVERLAP, exclusive=mask.exclusive))
        return MaskLayers(bits, mask.exclusive)


@dataclass(frozen=True, slots=True, eq=False)
class MaskEdit(_MaskEdit):
    """The pixels of ``region`` have the class sets ``bits`` (uint32, region's height × width).

    For proposals, fixes and imports that went through the gate on a copy. Edits of one ``origin`` soon after each other
    are one step.
    """

    sample: SampleId
    region: Rect
    bits: Bits
    label: str = "Edit mask"
    origin: object | None = None

    @classmethod
    def between(cls, sample: SampleId, before: Bits, after: Bits, label: str) -> MaskEdit | None:
        """The edit that makes ``before`` (H, W) into ``after``; None where they are the same."""
        region = Rect.around(before != after)
        return None if region.is_empty else cls(sample, region, after[region.slices].copy(), label)

    def merges(self, later: Edit, /) -> bool:
        """The same hand goes on with the same thing."""
        return isinstance(later, MaskEdit) and self.origin is not None and later.origin is self.origin

    def changed(self, value: EditableValue | None) -> MaskLayers:
        """The rectangle assigned."""
        mask = _mask(value)
        if self.region.is_empty or self.region.clipped(mask.shape) != self.region:
            raise InvalidEditError(f"the region {tuple(self.region)} is not inside the mask {mask.shape}")
        if self.bits.shape != (self.region.height, self.region.width) or self.bits.dtype != np.uint32:
            raise InvalidEditError(f"bits are {self.bits.dtype} {self.bits.shape}, the region {tuple(self.region)}")
        if mask.exclusive and bool(np.any(self.bits & (self.bits - np.uint32(1)))):
            raise InvalidEditError("this mask is an index map: it keeps one class per pixel, the edit has several")
        bits = mask.bits.copy()
        bits[self.region.slices] = self.bits
        return MaskLayers(bits, mask.exclusive)


@dataclass(frozen=True, slots=True)
class NewMask(_MaskEdit):
    """An empty mask of ``shape`` (H, W) for a sample that has none."""

    sample: SampleId
    shape: tuple[int, int]
    exclusive: bool = False
    label: str = "Start a new mask"
    origin: object | None = None

    def changed(self, value: EditableValue | None) -> MaskLayers:
        """Nothing painted yet."""
        if value is not None:
            raise InvalidEditError("the sample has a mask already; paint on it")
        return MaskLayers.empty(self.shape, exclusive=self.exclusive)


@dataclass(frozen=True, slots=True)
class ReplaceSketch:
    """The sketch is this file: drawn by a generator or by hand, encoded as the dataset keeps its sketches."""

    modality: ClassVar[Modality] = Modality.SKETCH
    sample: SampleId
    sketch: Sketch
    label: str = "Replace sketch"
    origin: object | None = None

    def changed(self, value: EditableValue | None) -> Sketch:  # noqa: ARG002 - whatever was there
        """The new sketch."""
        if not self.sketch.data:
            raise InvalidEditError("an empty file is no sketch")
        return self.sketch

    def merges(self, _later: Edit, /) -> bool:
        """Every sketch is a step of its own."""
        return False


EDITS: tuple[Callable[..., Edit], ...] = (
    EditCaption, InsertCaption, RemoveCaption, MoveCaption, ReplaceCaptions,
    SetAttribute, SetAttributes,
    PaintLayer, MaskEdit, NewMask,
    ReplaceSketch,
)  # fmt: skip
"""Every verb there is; tests take each of them forth and back."""
