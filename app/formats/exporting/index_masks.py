"""One index map per photo: the class of each pixel as a number, under any id table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.faces.errors import ExportError
from app.faces.sample import Modality
from app.formats.exporting.class_tables import REDUCTIONS, ClassTable, read_table, reduction
from app.formats.exporting.masks import Flattening
from app.formats.exporting.options import MaskOptions, option
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
from app.formats.png_writing import grey_png, palette_png
from app.imaging.set_index import IndexedMask

FLATTENED = "layers that overlap are flattened: what lies under another class does not come back"
MASK_KINDS = ("grey", "palette")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexMaskOptions(MaskOptions):
    """See ``IndexMaskFormat``."""

    reduction: str | None = option(
        None,
        "fewer classes, as published code reduces the official ids; what has no class there becomes background",
        choices=tuple(table.name for table in REDUCTIONS),
    )
    table: str | None = option(
        None,
        'a JSON file with classes of your own: {"classes": [{"id": 0, "name": "background", "of": ["background",'
        ' "hat"]}, …]}',
        title="Class table",
        is_file=True,
    )
    mask_kind: str = option(
        "grey",
        "grey (8-bit L, value = id: every reader gets the ids) or palette (P, seen in the official colours; readers"
        " that convert to grey get wrong values)",
        title="Mask files",
        choices=MASK_KINDS,
    )
    photo_folder: str = photo_folder_option()
    mask_folder: str = mask_folder_option()
    digits: int = digits_option()
    split_layout: str = splits_option()
    split_lists: bool = lists_option()
    photo_kind: str = kind_option()
    quality: int = quality_option()


@dataclass(frozen=True, slots=True)
class IndexMaskFormat:
    """A photo folder, a mask folder of 8-bit index maps, and ``id2label.json``."""

    name: str = "index-masks"
    title: str = "Index masks"
    summary: str = "photos and 8-bit index maps in two folders; pSp, SPADE, SegFace, MaskGAN … read it"
    holds: frozenset[Modality] = HOLDS
    options: type[IndexMaskOptions] = IndexMaskOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """Overlaps."""
        return {Modality.MASK: FLATTENED}

    def writer(self, source: Source, items: Sequence[ExportItem], options: IndexMaskOptions) -> PairWriter:
        """Begin an export. Raises ExportError for a table, a paint order or folder names that cannot be used."""
        flattening = Flattening.of_options(options, source.store, _table(options))
        colours = flattening.table.colours()
        in_palette = options.mask_kind == "palette"

        def mask_files(stem: str, mask: IndexedMask) -> tuple[dict[str, bytes], dict[str, int]]:
            flat = flattening.of(mask)
            counts = flat.counts
            if not in_palette:
                return {f"{stem}.png": grey_png(flat.index_map)}, counts
            counts["palette masks, from which convert('L') and OpenCV's grey mode read wrong values"] = 1
            return {f"{stem}.png": palette_png(flat.index_map, colours)}, counts

        return PairWriter(
            source,
            items,
            options.include,
            Placement(options.photo_folder, options.mask_folder, options.digits, options.split_layout),
            PhotoWish(options.size, options.photo_kind, options.quality),
            mask_files,
            legend={"id2label.json": flattening.table.id2label},
            split_lists=options.split_lists,
        )


def _table(options: IndexMaskOptions) -> ClassTable | None:
    if options.reduction and options.table:
        raise ExportError(f"both the reduction {options.reduction} and a class table are given; choose one of them")
    if options.table:
        return read_table(Path(options.table))
    return reduction(options.reduction) if options.reduction else None
