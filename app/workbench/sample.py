"""One sample as Python sees it: its layers, captions and attributes are read and assigned like Python's own.

Every assignment is one undoable edit through the document. Indices are Python's, from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableSequence, Sequence
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

from app.document.document import Document
from app.document.edits import EditCaption, InsertCaption, PaintLayer, RemoveCaption, ReplaceSketch, SetAttribute
from app.faces.captions import Captions
from app.faces.classes import CLASSES
from app.faces.errors import InvalidEditError
from app.faces.mask import Binary, IndexMap, MaskLayers, flatten
from app.faces.sample import Modality, Photo, Pose, Problem, SampleId
from app.formats.pictures import read_picture
from app.formats.sketch_files import kept_like


class Sample:
    """One face. Pictures are read anew each time; the rest is what the document holds, unsaved edits included."""

    def __init__(self, document: Document, sample: SampleId) -> None:
        self.id = sample
        self._document = document

    def __repr__(self) -> str:
        return f"<Sample {self.id}>"

    @property
    def photo(self) -> Photo | None:
        """(H, W, 3) uint8 R G B; None when it cannot be read."""
        return self._document.store.read_photo(self.id).value

    @property
    def photo_path(self) -> Path:
        """The photo's file."""
        return self._document.store.photo_path(self.id)

    @property
    def sketch(self) -> Photo | None:
        """(H, W, 3) uint8 as it is stored, or None where there is none. Assignable: grey, (H, W) or (H, W, 3)."""
        kept, document = self._document.sketch(self.id), self._document
        if kept is None:  # where sketches are shown and never written, the document has none
            is_shown = document.read_only(self.id, Modality.SKETCH) is not None
            return document.store.read_sketch(self.id).value if is_shown else None
        return read_picture(kept.data)[0]

    @sketch.setter
    def sketch(self, pixels: npt.NDArray[np.uint8]) -> None:
        """Kept in the kind of file that is there, or that the dataset's others have.

        Raises InvalidEditError for what is no grey picture, ReadOnlyError where none can be kept.
        """
        store, there = self._document.store, self._document.sketch(self.id)
        self._document.do(ReplaceSketch(self.id, kept_like(store, self.id, pixels, there), "Assign sketch"))

    @property
    def mask(self) -> Mask | None:
        """The mask, or None where the sample has none."""
        return Mask(self._document, self.id) if self._document.mask(self.id) is not None else None

    @property
    def captions(self) -> CaptionList:
        """The captions, a list of strings that can be assigned, inserted and deleted; empty where there are none."""
        return CaptionList(self._document, self.id)

    @property
    def attributes(self) -> AttributeTable:
        """Name → True, False or None; assignable. Empty where the dataset has no table."""
        return AttributeTable(self._document, self.id)

    @property
    def pose(self) -> Pose | None:
        """Head pose in degrees."""
        return self._document.pose(self.id)

    @property
    def split(self) -> str | None:
        """The split it belongs to."""
        return self._document.store.split_of(self.id)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What reading its files found wrong."""
        return self._document.problems(self.id)


class Mask:
    """All layers of one sample: ``mask.layers["hair"]`` is a bool (H, W) array, and assignable."""

    def __init__(self, document: Document, sample: SampleId) -> None:
        self._document = document
        self._sample = sample
        self.layers = LayerTable(self)

    @property
    def value(self) -> MaskLayers:
        """The document's own value; do not write into its array."""
        value = self._document.mask(self._sample)
        if value is None:
            raise InvalidEditError(f"sample {self._sample} has no mask any more")
        return value

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W)."""
        return self.value.shape

    @property
    def exclusive(self) -> bool:
        """Whether the mask is kept as an index map: one class per pixel, so that assigning a layer replaces others."""
        return self.value.exclusive

    @property
    def flattened(self) -> IndexMap:
        """What is on top: (H, W) uint8 of official class ids in the dataset's paint order, 0 is background."""
        return flatten(self.value.bits, self._document.store.paint_order)

    def assign(self, class_name: str, covered: Binary) -> None:
        """The class covers exactly ``covered``: one undoable edit."""
        self._document.do(PaintLayer(self._sample, class_name, np.array(covered)))


class LayerTable(Mapping[str, Binary]):
    """Class name → where the class is, for the 18 classes and the background.

    The arrays are copies and read-only, so that ``layers["hair"][3, 4] = True`` fails instead of being lost: change a
    copy and assign it.
    """

    def __init__(self, mask: Mask) -> None:
        self._mask = mask

    def __getitem__(self, class_name: str) -> Binary:
        covered = self._mask.value.layer(class_name)
        covered.setflags(write=False)
        return covered

    def __setitem__(self, class_name: str, covered: Binary) -> None:
        self._mask.assign(class_name, covered)

    def __iter__(self) -> Iterator[str]:
        return (face_class.name for face_class in CLASSES)

    def __len__(self) -> int:
        return len(CLASSES)


class CaptionList(MutableSequence[str]):
    """One sample's captions. Assigning a line changes that line's bytes in the file and no other."""

    def __init__(self, document: Document, sample: SampleId) -> None:
        self._document = document
        self._sample = sample

    def __repr__(self) -> str:
        return repr(list(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and not isinstance(other, str) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self._texts())

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        texts = self._texts()
        return list(texts[index]) if isinstance(index, slice) else texts[index]

    def __setitem__(self, index: int | slice, text: object) -> None:
        """Raises InvalidEditError for a line break, IndexError where there is no such caption."""
        if not isinstance(text, str):
            raise TypeError("captions are assigned one by one, as text")
        # An origin of its own: typing in the window merges into one step, two assignments are two.
        self._document.do(EditCaption(self._sample, self._place(index), text, origin=object()))

    def __delitem__(self, index: int | slice) -> None:
        self._document.do(RemoveCaption(self._sample, self._place(index)))

    def insert(self, index: int, value: str) -> None:
        """A new caption before ``index``."""
        place = min(index, len(self)) if index >= 0 else max(0, len(self) + index)
        self._document.do(InsertCaption(self._sample, place, value))

    def _texts(self) -> tuple[str, ...]:
        return (self._document.captions(self._sample) or Captions()).texts

    def _place(self, index: int | slice) -> int:
        if isinstance(index, slice):
            raise TypeError("captions are changed one by one, not by slices")
        return range(len(self))[index]


class AttributeTable(Mapping[str, bool | None]):
    """One sample's attributes. True, False, or None for unknown."""

    def __init__(self, document: Document, sample: SampleId) -> None:
        self._document = document
        self._sample = sample

    def __repr__(self) -> str:
        return repr(dict(self))

    def __getitem__(self, name: str) -> bool | None:
        attributes = self._document.attributes(self._sample)
        if attributes is None:
            raise KeyError(name)
        return attributes[name]

    def __setitem__(self, name: str, value: bool | None) -> None:
        """Raises InvalidEditError for a name the table lacks."""
        if value is not None and not isinstance(value, bool | np.bool_):
            raise TypeError(f"an attribute is True, False or None, not {value!r}")
        self._document.do(SetAttribute(self._sample, name, None if value is None else bool(value)))

    def __iter__(self) -> Iterator[str]:
        return iter(self._document.attributes(self._sample) or ())

    def __len__(self) -> int:
        return len(self._document.attributes(self._sample) or ())
