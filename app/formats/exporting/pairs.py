"""Photos in one folder and masks in another, named alike: what most training code of this field reads.

Much of it sorts both folders and pairs them by position, so a sample of which one half cannot be written is left out
whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.faces.errors import DamagedFileError, ExportError, FaceDataError, UnsafeFileError
from app.faces.sample import Modality
from app.formats.exporting.folder import Folder, checked
from app.formats.exporting.masks import Tally, mask_of
from app.formats.exporting.options import option
from app.formats.exporting.photos import photo_file
from app.formats.exporting.protocol import ExportItem, LeftOut, Source, Written, in_groups
from app.formats.files import shown
from app.formats.listing import numeric_id
from app.imaging.set_index import IndexedMask

SPLIT_LAYOUTS = ("folders", "prefixes", "together")
HOLDS = frozenset({Modality.PHOTO, Modality.MASK})

MaskFiles = Callable[[str, IndexedMask], tuple[Mapping[str, bytes], Mapping[str, int]]]
"""From a sample's stem and mask to its mask files (name within the mask folder → bytes) and figures for the report."""


def photo_folder_option(default: str = "images") -> Any:
    """The field ``photo_folder: str``."""
    return option(default, "folder of the photos")


def mask_folder_option(default: str = "masks") -> Any:
    """The field ``mask_folder: str``."""
    return option(default, "folder of the masks")


def digits_option(default: int = 0) -> Any:
    """The field ``digits: int``."""
    return option(default, "digits that numbers in file names are filled up to with zeros", least=0, most=9)


def splits_option(default: str = "folders") -> Any:
    """The field ``split_layout: str``."""
    return option(
        default,
        "where the splits go: folders (train/images), prefixes (train_images) or together, told by the lists alone",
        title="Splits",
        choices=SPLIT_LAYOUTS,
    )


def lists_option() -> Any:
    """The field ``split_lists: bool``."""
    return option(True, "a list of names for each split (train.txt)")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the files of a sample go."""

    photo_folder: str
    mask_folder: str
    digits: int
    split_layout: str

    def check(self, items: Sequence[ExportItem]) -> None:
        """Raises ExportError where a folder has no good name or two samples would get the same file names."""
        for folder in (self.photo_folder, self.mask_folder):
            try:
                checked(folder)
            except UnsafeFileError:
                raise ExportError(
                    f"{shown(folder) or 'nothing'} is no name for a folder; give it a plain one"
                ) from None
        if self.photo_folder == self.mask_folder:
            raise ExportError(f"photos and masks would both go to {shown(self.mask_folder)}; name two folders")
        stems: dict[str, str] = {}
        for item in items:
            other = stems.setdefault(self.stem(item), item.name)
            if other != item.name:
                raise ExportError(f"samples {shown(other)} and {shown(item.name)} would get one name; ask for 0 digits")

    def stem(self, item: ExportItem) -> str:
        """The name of the sample's files without suffix."""
        return item.name.zfill(self.digits) if numeric_id(item.name) else item.name

    def photo(self, item: ExportItem, suffix: str) -> str:
        """The path of its photo."""
        return self._below(self.photo_folder, item) + self.stem(item) + suffix

    def mask(self, item: ExportItem, name: str) -> str:
        """The path of a file in its mask folder."""
        return self._below(self.mask_folder, item) + name

    def _below(self, folder: str, item: ExportItem) -> str:
        if not item.split or self.split_layout == "together":
            return f"{folder}/"
        return f"{item.split}/{folder}/" if self.split_layout == "folders" else f"{item.split}_{folder}/"


@dataclass(frozen=True, slots=True)
class PhotoWish:
    """How photos are to be written (see ``photo_file``)."""

    size: int | None
    kind: str
    quality: int


class PairWriter:
    """Writes photos and whatever files ``mask_files`` makes of a mask; ``legend`` (path → JSON) once."""

    def __init__(
        self,
        source: Source,
        items: Sequence[ExportItem],
        include: frozenset[Modality],
        placement: Placement,
        photos: PhotoWish,
        mask_files: MaskFiles,
        *,
        legend: Mapping[str, object],
        split_lists: bool,
    ) -> None:
        placement.check(items)
        if not include & HOLDS:
            raise ExportError("neither photos nor masks are to be exported, and this format holds nothing else")
        self._source = source
        self._items = items
        self._include = include
        self._placement = placement
        self._photos = photos
        self._mask_files = mask_files
        self._legend = legend if Modality.MASK in include else {}
        self._split_lists = split_lists

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """Sixteen samples each."""
        return in_groups(self._items)

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:
        """See ``Writer``."""
        rows, left_out, tally = [], [], Tally()
        for item in items:
            try:
                files, told, counts = self._files(item)
            except FileNotFoundError as error:
                left_out.append(LeftOut(item.sample, None, error.strerror or str(error)))
                continue
            except FaceDataError as error:
                left_out.append(LeftOut(item.sample, None, str(error)))
                continue
            for path, data in files.items():
                folder.write(path, data)
            left_out += told
            tally.add(counts)
            rows.append([item.split, self._placement.stem(item)])
        return Written(rows=tuple(rows), left_out=tuple(left_out), counts=tally.counts, samples_counted=tally.samples)

    def _files(self, item: ExportItem) -> tuple[dict[str, bytes], list[LeftOut], Mapping[str, int]]:
        files: dict[str, bytes] = {}
        told: list[LeftOut] = []
        counts: Mapping[str, int] = {}
        if Modality.MASK in self._include:
            mask, told = mask_of(self._source, item.sample)
            named, counts = self._mask_files(self._placement.stem(item), mask)
            files.update({self._placement.mask(item, name): data for name, data in named.items()})
        if Modality.PHOTO in self._include:
            wish = self._photos
            try:
                photo = photo_file(
                    self._source.store, item.sample, size=wish.size, kind=wish.kind, quality=wish.quality
                )
            except FileNotFoundError:
                raise FileNotFoundError("it has no photo") from None
            except FaceDataError as error:
                raise DamagedFileError(f"its photo: {error}") from None
            files[self._placement.photo(item, photo.suffix)] = photo.data
        return files, told, counts

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:
        """The legend and the split lists."""
        for path, legend in self._legend.items():
            folder.write(path, (json.dumps(legend, indent=2, ensure_ascii=False) + "\n").encode())
        lists: dict[str, list[str]] = {}
        for split, stem in (row for each in written for row in each.rows):
            lists.setdefault(split, []).append(stem)
        if self._split_lists:
            for split, stems in lists.items():
                if split:
                    folder.write(f"{split}.txt", "".join(f"{stem}\n" for stem in stems).encode())
        return Written()
