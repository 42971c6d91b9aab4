"""One picture per photo in the colours of the classes: for looking at, and for code that reads colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.faces.sample import Modality
from app.formats.exporting.index_masks import FLATTENED
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
from app.formats.png_writing import coloured_png
from app.imaging.set_index import IndexedMask

PALETTES = ("official", "colour-blind")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourMaskOptions(MaskOptions):
    """See ``ColourMaskFormat``."""

    palette: str = option(
        "official",
        "the colours of g_color.py, or colours that everybody can tell apart",
        choices=PALETTES,
    )
    photo_folder: str = photo_folder_option()
    mask_folder: str = mask_folder_option()
    digits: int = digits_option()
    split_layout: str = splits_option()
    split_lists: bool = lists_option()
    photo_kind: str = kind_option()
    quality: int = quality_option()


@dataclass(frozen=True, slots=True)
class ColourMaskFormat:
    """A photo folder, a folder of RGB masks, and the table of their colours.

    The ids of a scheme do not show in colours; only its paint order does.
    """

    name: str = "colour-masks"
    title: str = "Colour masks"
    summary: str = "photos and RGB masks in the official colours (g_color.py); index readers cannot use them"
    holds: frozenset[Modality] = HOLDS
    options: type[ColourMaskOptions] = ColourMaskOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """Overlaps."""
        return {Modality.MASK: FLATTENED}

    def writer(self, source: Source, items: Sequence[ExportItem], options: ColourMaskOptions) -> PairWriter:
        """Begin an export. Raises ExportError for a paint order or folder names that cannot be used."""
        flattening = Flattening.of_options(options, source.store)
        colours = flattening.table.colours(safe=options.palette == "colour-blind")

        def mask_files(stem: str, mask: IndexedMask) -> tuple[dict[str, bytes], dict[str, int]]:
            flat = flattening.of(mask)
            counts = flat.counts | {"colour masks, from which readers of index maps get wrong values": 1}
            return {f"{stem}.png": coloured_png(flat.index_map, colours)}, counts

        legend = {each.name: colours[each.id].tolist() for each in flattening.table.classes}
        return PairWriter(
            source,
            items,
            options.include,
            Placement(options.photo_folder, options.mask_folder, options.digits, options.split_layout),
            PhotoWish(options.size, options.photo_kind, options.quality),
            mask_files,
            legend={"id2label.json": flattening.table.id2label, "colours.json": legend},
            split_lists=options.split_lists,
        )
