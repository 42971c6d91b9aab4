"""Pages of small pictures with ids and captions: to look a selection over, to print it, to send it to someone.

A contact sheet is made for people; nothing is read back from it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from PIL import Image

from app.faces.errors import ExportError
from app.faces.palettes import NATIVE, SAFE
from app.faces.sample import Loaded, Modality, Photo, SampleId
from app.formats.exporting.folder import Folder
from app.formats.exporting.masks import fitted
from app.formats.exporting.options import ExportOptions, option
from app.formats.exporting.photos import resized_photo
from app.formats.exporting.protocol import ExportItem, LeftOut, Source, Written, in_groups
from app.formats.exporting.sheet_page import Cell, PageStyle, drawn_page
from app.imaging.overlay import OverlayStyle
from app.imaging.resampling import sampled
from app.imaging.set_index import IndexedMask
from app.imaging.small_overlay import small_fill

T = TypeVar("T")

KINDS = ("png", "pdf")
PANELS: Mapping[str, Modality] = MappingProxyType(
    {"photo": Modality.PHOTO, "overlay": Modality.MASK, "mask": Modality.MASK, "sketch": Modality.SKETCH}
)
PAGES_PER_FILE = 25
"""Of a PDF: as many pages as one process writes at a time."""
RESOLUTION_DPI = 150
_NAME = "contact-sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSheetOptions(ExportOptions):
    """See ``ContactSheetFormat``."""

    pages: str = option("png", f"a PNG for each page, or PDFs of up to {PAGES_PER_FILE} pages", choices=KINDS)
    title: str = option("", "heading of each page; the dataset's name where it is empty")
    columns: int = option(4, "samples side by side", least=1, most=50)
    rows: int = option(6, "samples one below the other", least=1, most=50)
    thumbnail: int = option(192, "side of the small pictures in pixels", least=32, most=1024)
    panels: tuple[str, ...] = option(("photo", "overlay"), "pictures of each sample, in order", choices=tuple(PANELS))
    captions: bool = option(True, "the first caption below the pictures")
    colour_blind: bool = option(False, "class colours that everybody can tell apart")
    opacity: float = option(0.5, "of the overlay", least=0, most=1)


@dataclass(frozen=True, slots=True)
class ContactSheetFormat:
    """Thumbnails, overlays, ids and captions on pages."""

    name: str = "contact-sheet"
    title: str = "Contact sheet"
    summary: str = "pages of thumbnails with ids and captions, PNG or PDF; for people"
    holds: frozenset[Modality] = frozenset({*PANELS.values(), Modality.CAPTIONS})
    options: type[ContactSheetOptions] = ContactSheetOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """Everything."""
        return dict.fromkeys(self.holds, "a contact sheet shows it small; nothing is read back from one")

    def writer(self, source: Source, items: Sequence[ExportItem], options: ContactSheetOptions) -> ContactSheetWriter:
        """Begin an export. Raises ExportError where there is nothing to show or a page would be too large."""
        return ContactSheetWriter(source, items, options)


class ContactSheetWriter:
    """A part is a page, or a PDF of some pages. Samples of different splits never share one."""

    def __init__(self, source: Source, items: Sequence[ExportItem], options: ContactSheetOptions) -> None:
        self._source = source
        self._options = options
        self._panels = [panel for panel in options.panels if PANELS[panel] in options.include]
        self._captions = (
            options.captions
            and Modality.CAPTIONS in options.include
            and any(source.store.has(item.sample, Modality.CAPTIONS) for item in items)
        )
        if not self._panels and not self._captions:
            raise ExportError(
                "there is neither a picture nor a caption to show; choose panels whose modality is included"
            )
        self._style = PageStyle(
            title=options.title or source.store.root.name,
            columns=options.columns,
            rows=options.rows,
            thumbnail=options.thumbnail,
            panels=len(self._panels),
            has_captions=self._captions,
        )
        self._style.check()
        per_page = options.columns * options.rows
        per_part = per_page if options.pages == "png" else per_page * PAGES_PER_FILE
        self._parts = in_groups(items, per_part)
        self._numbers = {item.name: at for at, part in enumerate(self._parts, start=1) for item in part}
        palette, order = SAFE if options.colour_blind else NATIVE, source.store.paint_order
        self._overlay = OverlayStyle(opacity=options.opacity, palette=palette, paint_order=order)
        self._flat = OverlayStyle(opacity=1.0, palette=palette, paint_order=order)

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """Pages, or PDFs of pages."""
        return self._parts

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:
        """See ``Writer``."""
        left_out: list[LeftOut] = []
        buffer = io.BytesIO()
        for page in self._pages(items, left_out):
            if self._options.pages == "png":
                page.save(buffer, "PNG")
            else:
                # Page by page: Pillow keeps all the pages that it is given at once.
                page.save(
                    buffer,
                    "PDF",
                    append=bool(buffer.tell()),
                    resolution=RESOLUTION_DPI,
                    title=self._style.title,
                    quality=90,
                )
        number = f"-{self._numbers[items[0].name]:0{len(str(len(self._parts)))}}" if len(self._parts) > 1 else ""
        folder.write(f"{_NAME}{number}.{self._options.pages}", buffer.getvalue())
        return Written(left_out=tuple(left_out))

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:  # noqa: ARG002 - the protocol's signature
        """Nothing is left to write."""
        return Written()

    def _pages(self, items: Sequence[ExportItem], left_out: list[LeftOut]) -> Iterator[Image.Image]:
        split = items[0].split
        for page in in_groups(items, self._style.columns * self._style.rows):
            yield drawn_page(self._style, split, [self._cell(item, left_out) for item in page])

    def _cell(self, item: ExportItem, left_out: list[LeftOut]) -> Cell:
        store, include, sample = self._source.store, self._options.include, item.sample
        needs = {PANELS[panel] for panel in self._panels}
        if "overlay" in self._panels:
            needs |= include & {Modality.PHOTO}

        def read(modality: Modality, load: Callable[[SampleId], Loaded[T]]) -> T | None:
            if modality not in needs:
                return None
            loaded = load(sample)
            left_out.extend(LeftOut(sample, modality, problem.message) for problem in loaded.problems)
            return loaded.value

        side = self._options.thumbnail
        photo = _small(read(Modality.PHOTO, store.read_photo), side)
        sketch = _small(read(Modality.SKETCH, store.read_sketch), side)
        mask = read(Modality.MASK, self._source.mask)
        pictures = {
            "photo": photo,
            "sketch": sketch,
            "overlay": None if mask is None else _painted(mask, self._overlay, photo, side),
            "mask": None if mask is None else _painted(mask, self._flat, None, side),
        }
        captions = store.read_captions(sample).value if self._captions else None
        texts = captions.texts if captions is not None else ()
        return Cell(item.name, tuple((panel, pictures[panel]) for panel in self._panels), texts[0] if texts else "")


def _small(picture: Photo | None, side: int) -> Photo | None:
    if picture is None:
        return None
    return resized_photo(picture, fitted((picture.shape[0], picture.shape[1]), side))


def _painted(mask: IndexedMask, style: OverlayStyle, photo: Photo | None, side: int) -> Photo:
    """The mask in its colours over the small photo, or over black."""
    height, width = mask.index.shape[0], mask.index.shape[1]
    shape = fitted((height, width), side) if photo is None else (photo.shape[0], photo.shape[1])
    below = np.zeros((*shape, 3), np.uint8) if photo is None else photo
    bits = np.take(mask.sets, sampled(mask.index, (2 * shape[0], 2 * shape[1])))
    colours = small_fill(bits, style)
    opaque = colours >> 24
    channels = np.stack([colours >> shift & 255 for shift in (16, 8, 0)], axis=-1)
    painted: Photo = (channels + (below * (255 - opaque[..., None]) + 127) // 255).clip(0, 255).astype(np.uint8)
    return painted
