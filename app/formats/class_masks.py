"""Masks kept as one binary file per class: the layers may overlap, and a missing file is an absent class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from app.faces.classes import CLASS_BY_NAME, LAYER_CLASSES, FaceClass, names_of
from app.faces.errors import DamagedFileError, FaceDataError, InvalidEditError, ReadOnlyError
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded
from app.faces.store import FileChange
from app.formats.files import DatasetFolder, sha256, shown
from app.formats.listing import numeric_id
from app.formats.mask_listing import BACKGROUND_BIT, ClassFiles
from app.formats.mask_reading import MaskReading
from app.formats.png import Png, PngKind, read_png
from app.formats.png_pixels import BinaryPicture, read_binary
from app.formats.repaint import new_binary, repainted

_NEIGHBOURS = 8
"""How many other samples are looked at for the kind of a new file."""


class ClassMasks:
    """Masks kept as one binary file per class; layers may overlap, a missing file is an absent class."""

    def __init__(self, folder: DatasetFolder, files: ClassFiles) -> None:
        self._folder = folder
        self.files = files

    def read(self, sample: str) -> Loaded[MaskLayers]:
        """The layers; files of another size than their siblings are skipped, damaged ones lock the sample's mask.

        The disk is asked, not the listing: a class file that somebody made meanwhile could else never be taken over.
        """
        gathered = MaskReading()
        read: dict[str, tuple[FaceClass, Png]] = {}
        for face_class in LAYER_CLASSES:
            path = self.files.path(sample, face_class.name)
            gathered.stamps[path] = None
            if (png := self._read(path, gathered)) is not None:
                read[path] = (face_class, png)
        self._note(sample, gathered.stamps)
        if not read:
            return gathered.loaded(None)
        shape = _usual_shape([png.kind for _, png in read.values()])
        layers = np.zeros(shape, np.uint32)
        for path, (face_class, png) in read.items():
            kind = png.kind
            if (kind.height, kind.width) != shape:
                gathered.tell(
                    path,
                    f"it is {kind.width}×{kind.height}, its siblings {shape[1]}×{shape[0]}; it is not shown and will"
                    " be left alone. Resize it or remove it",
                )
                continue
            picture = _binary_of(path, png, gathered)
            if picture is not None and len(picture.covered):
                rows = layers[picture.top : picture.top + len(picture.covered)]
                rows |= picture.covered * np.uint32(face_class.bit)
        return gathered.loaded(MaskLayers(layers))

    def _read(self, path: str, gathered: MaskReading) -> Png | None:
        try:
            data = self._folder.read(path)
            gathered.stamps[path] = sha256(data)
            return read_png(data)
        except FileNotFoundError:
            return None
        except FaceDataError as error:
            gathered.lock(path, f"{error}; replace it by a good copy")
            return None

    def plan(
        self, sample: str, before: MaskLayers | None, after: MaskLayers, stamps: Mapping[str, str | None]
    ) -> tuple[list[FileChange], list[str]]:
        """File changes and notes: only classes whose pixels differ; an emptied class loses its file."""
        was = before.bits if before is not None else np.zeros(after.shape, np.uint32)
        if was.shape != after.shape:
            raise InvalidEditError(f"the mask of sample {sample} changed its size; its files keep theirs")
        different = was ^ after.bits
        touched = int(np.bitwise_or.reduce(different, axis=None)) if different.size else 0
        changes, notes = [], []
        for face_class in LAYER_CLASSES:
            if not touched & face_class.bit:
                continue
            path = self.files.path(sample, face_class.name)
            bit = np.uint32(face_class.bit)
            changed, covered = (different & bit) != 0, (after.bits & bit) != 0
            original = self._folder.expected(path, stamps)
            target = self._folder.inside(path)
            if original is None:
                if covered.any():
                    data = new_binary(covered, self._sibling(sample, stamps))
                    changes.append(FileChange(target, None, data))
                continue
            stamp = sha256(original)
            if not covered.any():
                changes.append(FileChange(target, stamp, None))
                notes.append(
                    f"{shown(path.rpartition('/')[2])} is removed: no pixel of {face_class.title.lower()} is left"
                )
                continue
            try:
                is_black = before is None or not (was & bit).any()
                sibling = self._sibling(sample, {**stamps, path: None}) if is_black else None
                changes.append(FileChange(target, stamp, repainted(original, changed, covered, sibling)))
            except (InvalidEditError, DamagedFileError, ReadOnlyError) as error:
                raise ReadOnlyError(f"{shown(path)} cannot be saved: {error}; replace or remove it first") from None
        if changes and self.files.bits.get(sample, 0) & BACKGROUND_BIT:
            notes.append(f"{shown(self.files.path(sample, 'background'))} was left as it is and may no longer fit")
        return changes, notes

    def _note(self, sample: str, stamps: Mapping[str, str | None]) -> None:
        """Files found that the listing does not know; whatever else becomes of them, they are there."""
        appeared = {c.name: True for c in LAYER_CLASSES if stamps[self.files.path(sample, c.name)] is not None}
        bits = self.files.bits.get(sample, 0)
        if any(not bits & CLASS_BY_NAME[name].bit for name in appeared):
            self.saved(sample, appeared)

    def saved(self, sample: str, classes: Mapping[str, bool]) -> None:
        """Take note which class files of a sample exist now."""
        bits = self.files.bits.get(sample, 0)
        for face_class in LAYER_CLASSES:
            if face_class.name in classes:
                bits = bits | face_class.bit if classes[face_class.name] else bits & ~face_class.bit
        self.files.put(sample, bits)

    def _sibling(self, sample: str, stamps: Mapping[str, str | None]) -> bytes | None:
        """A file of the commonest kind among the sample's own, else among its neighbours'."""
        paths = (self.files.path(sample, face_class.name) for face_class in LAYER_CLASSES)
        own = [path for path in paths if stamps.get(path) is not None]
        found = self._commonest_kind(own)
        if found is not None:
            return found
        numbers = [s for s, bits in self.files.bits.items() if names_of(bits)]
        near = (
            sorted(numbers, key=lambda s: abs(int(s) - int(sample)))[:_NEIGHBOURS]
            if numeric_id(sample) and all(map(numeric_id, numbers))
            else numbers[:_NEIGHBOURS]
        )
        return self._commonest_kind([self.files.path(s, names_of(self.files.bits[s])[0]) for s in near])

    def _commonest_kind(self, paths: Sequence[str]) -> bytes | None:
        kinds: Counter[tuple[int, int, bool]] = Counter()
        examples: dict[tuple[int, int, bool], bytes] = {}
        for path in paths:
            try:
                data = self._folder.read(path)
                png = read_png(data)
            except (FaceDataError, FileNotFoundError):
                continue
            if not png.locked:
                key = (png.kind.colour_type, png.kind.depth, png.kind.interlaced)
                kinds[key] += 1
                examples.setdefault(key, data)
        return examples[kinds.most_common(1)[0][0]] if kinds else None


def _usual_shape(kinds: Sequence[PngKind]) -> tuple[int, int]:
    """The commonest (H, W); among equals 512², the released size, else the first."""
    counts = Counter((kind.height, kind.width) for kind in kinds)
    return max(counts, key=lambda shape: (counts[shape], shape == (512, 512)))


def _binary_of(path: str, png: Png, gathered: MaskReading) -> BinaryPicture | None:
    try:
        picture = read_binary(png)
    except FaceDataError as error:
        gathered.lock(path, f"{error}; replace it by a good copy")
        return None
    if picture.notice:
        gathered.tell(path, picture.notice)
    if picture.locked:
        gathered.lock(path, picture.locked)
    return picture
