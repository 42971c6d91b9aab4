"""One black and white picture per class: overlaps are kept, in any size and in the released or a flat folder scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from app.faces.classes import CLASS_BY_NAME, names_of
from app.faces.errors import ExportError
from app.faces.sample import Modality
from app.formats.exporting.masks import layers_of, looked_up, present, resized
from app.formats.exporting.options import ExportOptions, option
from app.formats.exporting.pairs import (
    HOLDS,
    PairWriter,
    PhotoWish,
    Placement,
    digits_option,
    lists_option,
    mask_folder_option,
    photo_folder_option,
    splits_option,
)
from app.formats.exporting.photos import kind_option, quality_option
from app.formats.exporting.protocol import ExportItem, Source
from app.formats.files import shown
from app.formats.listing import numeric_id
from app.formats.png_writing import binary_png
from app.imaging.set_index import IndexedMask

FOLDERS = ("official", "flat")
PER_FOLDER = 2000
_DIGITS = 5
"""``00017_hair.png``: as many as the released names have, and as ``g_mask.py`` asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassBinaryOptions(ExportOptions):
    """See ``ClassBinaryFormat``."""

    size: int | None = option(None, "side in pixels of masks and photos", least=16, most=4096)
    folders: str = option(
        "official",
        "official: numbered folders of 2,000 samples each (0/00017_hair.png); flat: one folder",
        choices=FOLDERS,
    )
    background: bool = option(False, "also write where no class is; the released dataset has no such files")
    photo_folder: str = photo_folder_option("CelebA-HQ-img")
    mask_folder: str = mask_folder_option("CelebAMask-HQ-mask-anno")
    digits: int = digits_option()
    split_layout: str = splits_option("together")
    split_lists: bool = lists_option()
    photo_kind: str = kind_option()
    quality: int = quality_option()


@dataclass(frozen=True, slots=True)
class ClassBinaryFormat:
    """A file for each class that covers a pixel: 8-bit RGB, 0 and 255, the one kind that every reader takes."""

    name: str = "class-binaries"
    title: str = "Per-class binary masks"
    summary: str = "photos and one black and white file per class, overlaps kept; g_mask.py and zllrunning read it"
    holds: frozenset[Modality] = HOLDS
    options: type[ClassBinaryOptions] = ClassBinaryOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """None."""
        return MappingProxyType({})

    def writer(self, source: Source, items: Sequence[ExportItem], options: ClassBinaryOptions) -> PairWriter:
        """Begin an export. Raises ExportError for folder names that cannot be used and names that are no numbers."""
        is_official = options.folders == "official"
        odd = next((item.name for item in items if is_official and numeric_id(item.name) is None), None)
        if odd is not None:
            raise ExportError(f"sample {shown(odd)} has no number for its folder; choose flat folders, or renumber")

        def mask_files(stem: str, mask: IndexedMask) -> tuple[dict[str, bytes], dict[str, int]]:
            number = numeric_id(stem)
            padded = stem if number is None else number.zfill(_DIGITS)
            prefix = f"{int(number) // PER_FOLDER}/{padded}" if is_official and number is not None else padded
            sized = resized(mask, options.size)
            files = {f"{prefix}_{each.name}.png": binary_png(covered) for each, covered in layers_of(sized)}
            if options.background:
                bare = looked_up((sized.sets == 0).astype(np.uint8), sized.index).view(np.bool_)
                files[f"{prefix}_background.png"] = binary_png(bare)
            return files, _vanished(mask, sized)

        return PairWriter(
            source,
            items,
            options.include,
            Placement(options.photo_folder, options.mask_folder, options.digits, options.split_layout),
            PhotoWish(options.size, options.photo_kind, options.quality),
            mask_files,
            legend={},
            split_lists=options.split_lists,
        )


def _vanished(mask: IndexedMask, sized: IndexedMask) -> dict[str, int]:
    """Classes too small for a smaller size: they have no file though the sample has them."""
    gone = names_of(present(mask) & ~present(sized)) if sized is not mask else ()
    return {f"masks of {CLASS_BY_NAME[name].title.lower()} of which no pixel is left at this size": 1 for name in gone}
