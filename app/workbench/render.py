"""One sample side by side as a picture: photo, overlay, sketch, the legend of its classes and its captions.

For reports, papers and reviews on machines without a display: numpy and Pillow, the same flattening and the same
colour tables as the canvas.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from app.faces.captions import Captions
from app.faces.classes import CLASS_BY_NAME, RGB
from app.faces.errors import SampleNotFoundError, SaveError
from app.faces.mask import MaskLayers
from app.faces.palettes import NATIVE, SAFE
from app.faces.sample import Photo, SampleId
from app.faces.store import SampleStore
from app.imaging.overlay import OverlayStyle, fill_table, outline_table, outlines

PANEL_PX = 512
_MARGIN, _GAP, _LINE = 28, 20, 24
_PAPER, _INK, _FAINT, _EMPTY = (250, 249, 246), (34, 36, 40), (122, 126, 134), (233, 231, 226)
_BODY, _SMALL, _TITLE = 16, 14, 24
_LEGEND_COLUMN_PX = 250

RGBPicture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """``panels`` in the order to draw; ``opacity`` 0…1 of the overlay's fill."""

    panels: tuple[str, ...] = ("photo", "overlay", "sketch", "captions")
    safe_palette: bool = False
    opacity: float = 0.5


def render_sample(store: SampleStore, sample: SampleId, options: RenderOptions | None = None) -> Image.Image:
    """The picture (RGB). What the sample lacks is an empty panel that says so. Raises SampleNotFoundError."""
    if sample not in store:
        raise SampleNotFoundError(f"the dataset has no sample {sample!r}")
    chosen = options or RenderOptions()
    photo, mask = store.read_photo(sample).value, store.read_mask(sample).value
    palette = SAFE if chosen.safe_palette else NATIVE
    style = OverlayStyle(opacity=chosen.opacity, palette=palette, paint_order=store.paint_order)
    views: list[tuple[str, RGBPicture | None]] = []
    for name in chosen.panels:
        if name == "photo":
            views.append(("Photo", None if photo is None else _fitted(photo)))
        elif name == "overlay":
            views.append(("Mask over photo", None if mask is None else overlay_picture(photo, mask, style)))
        elif name == "sketch":
            sketch = store.read_sketch(sample).value
            views.append(("Sketch", None if sketch is None else _fitted(sketch)))
    legend = mask if mask is not None and "overlay" in chosen.panels else None
    captions = store.read_captions(sample).value or Captions() if "captions" in chosen.panels else None
    return _Page(sample, store, views, legend, captions, chosen).draw()


def overlay_picture(photo: Photo | None, mask: MaskLayers, style: OverlayStyle) -> RGBPicture:
    """The mask in its colours, filled and outlined, over the photo (over grey without one): (h, w, 3) uint8."""
    height, width = _fitted_size(photo.shape[0], photo.shape[1]) if photo is not None else _fitted_size(*mask.shape)
    base = _fitted(photo) if photo is not None else np.full((height, width, 3), 128, np.uint8)
    line_px = 1
    rows = _source_indices(mask.shape[0], height, line_px)
    columns = _source_indices(mask.shape[1], width, line_px)
    inner = slice(line_px, -line_px)
    filled = fill_table(style)[mask.bits[rows[inner]][:, columns[inner]]]
    painted = _blended(base, filled)
    return _blended(painted, outlines(mask.bits, outline_table(style), rows, columns, line_px))


def write_png(picture: Image.Image, output: Path) -> None:
    """``output`` is the whole picture or what it was before. Raises SaveError."""
    draft = output.with_name(f".{output.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as stream:
            picture.save(stream, "PNG", optimize=True)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(output)
    except OSError as error:
        raise SaveError(f"{output} cannot be written: {error.strerror or error}; name another place") from None
    finally:
        draft.unlink(missing_ok=True)


def _blended(base: RGBPicture, colours: npt.NDArray[np.uint32]) -> RGBPicture:
    """Premultiplied 0xAARRGGBB words over an opaque picture."""
    rest = (255 - (colours >> 24))[..., None].astype(np.uint32)
    channels = np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=-1)
    mixed: RGBPicture = np.minimum(channels + (base * rest + 127) // 255, 255).astype(np.uint8)
    return mixed


def _source_indices(source: int, target: int, border: int) -> npt.NDArray[np.intp]:
    """The mask row (or column) under each of ``target`` rows, with ``border`` more on both sides, clamped."""
    places = (np.arange(-border, target + border) * 2 + 1) * source // (2 * target)
    return np.clip(places, 0, source - 1).astype(np.intp)


def _fitted_size(height: int, width: int) -> tuple[int, int]:
    scale = PANEL_PX / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def _fitted(picture: RGBPicture) -> RGBPicture:
    height, width = _fitted_size(picture.shape[0], picture.shape[1])
    scaled = Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(scaled)


class _Page:
    """Sets the parts on a sheet: measures first, draws once."""

    def __init__(
        self,
        sample: SampleId,
        store: SampleStore,
        views: list[tuple[str, RGBPicture | None]],
        legend: MaskLayers | None,
        captions: Captions | None,
        options: RenderOptions,
    ) -> None:
        self._heading = f"Sample {sample}"
        split = store.split_of(sample)
        self._subheading = " · ".join(
            [_printable(store.root.name), store.layout, *([f"split {split}"] if split else [])]
        )
        self._views = views
        self._options = options
        columns = max(len(views), 2 if captions is not None or legend is not None else 1)
        self._width = 2 * _MARGIN + columns * PANEL_PX + (columns - 1) * _GAP
        self._fonts = {size: ImageFont.load_default(size) for size in (_BODY, _SMALL, _TITLE)}
        self._legend = self._legend_rows(legend, store) if legend is not None else []
        self._captions = self._caption_lines(captions) if captions is not None else []

    def draw(self) -> Image.Image:
        """The finished sheet."""
        legend_columns = max(1, (self._width - 2 * _MARGIN) // _LEGEND_COLUMN_PX)
        legend_lines = -(-len(self._legend) // legend_columns)
        views_top = _MARGIN + _TITLE + _GAP + _LINE
        views_height = PANEL_PX + _GAP if self._views else 0
        legend_top = views_top + views_height
        captions_top = legend_top + (legend_lines * _LINE + _GAP if legend_lines else 0)
        height = captions_top + (_LINE * len(self._captions) if self._captions else 0) + _MARGIN // 2
        sheet = Image.new("RGB", (self._width, height), _PAPER)
        pen = ImageDraw.Draw(sheet)
        self._text(pen, (_MARGIN, _MARGIN), self._heading, _TITLE)
        after = _MARGIN + pen.textlength(self._heading, self._fonts[_TITLE]) + _GAP
        self._text(pen, (after, _MARGIN + _TITLE - _BODY), self._subheading, _BODY, _FAINT)
        for place, (title, picture) in enumerate(self._views):
            self._draw_view(sheet, pen, _MARGIN + place * (PANEL_PX + _GAP), views_top, title, picture)
        for number, (colour, label, share) in enumerate(self._legend):
            column, line = divmod(number, legend_lines)
            x, y = _MARGIN + column * _LEGEND_COLUMN_PX, legend_top + line * _LINE
            pen.rounded_rectangle((x, y + 2, x + 15, y + 17), 3, colour, _FAINT)
            self._text(pen, (x + 25, y + 1), label, _SMALL)
            self._text(pen, (x + 165, y + 1), share, _SMALL, _FAINT)
        for line, (number_text, text) in enumerate(self._captions):
            self._text(pen, (_MARGIN, captions_top + line * _LINE), number_text, _BODY, _FAINT)
            self._text(pen, (_MARGIN + 34, captions_top + line * _LINE), text, _BODY)
        return sheet

    def _draw_view(
        self, sheet: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int, title: str, picture: RGBPicture | None
    ) -> None:
        self._text(pen, (x, y - _LINE), title, _SMALL, _FAINT)
        pen.rectangle((x, y, x + PANEL_PX - 1, y + PANEL_PX - 1), _EMPTY)
        if picture is None:
            words = f"no {title.split(maxsplit=1)[0].lower()}"
            length = pen.textlength(words, self._fonts[_BODY])
            self._text(pen, (x + (PANEL_PX - length) / 2, y + PANEL_PX / 2 - _BODY), words, _BODY, _FAINT)
            return
        height, width = picture.shape[:2]
        sheet.paste(Image.fromarray(picture), (x + (PANEL_PX - width) // 2, y + (PANEL_PX - height) // 2))

    def _legend_rows(self, mask: MaskLayers, store: SampleStore) -> list[tuple[RGB, str, str]]:
        """Colour, title and share of what is seen, for each class that is."""
        seen = mask.flattened_areas(store.paint_order)
        pixels = mask.bits.size
        rows = []
        for name, area in seen.items():
            face_class = CLASS_BY_NAME[name]
            if area and face_class.bit:
                colour = face_class.safe_colour if self._options.safe_palette else face_class.colour
                rows.append((colour, face_class.title, f"{100 * area / pixels:.1f} %"))
        return rows

    def _caption_lines(self, captions: Captions) -> list[tuple[str, str]]:
        """Numbered lines, broken at blanks to the sheet's width."""
        limit = self._width - 2 * _MARGIN - 34
        font = self._fonts[_BODY]
        lines: list[tuple[str, str]] = []
        for number, text in enumerate(captions.texts, start=1):
            head, line = f"{number}", ""
            for word in _printable(text).split():
                longer = f"{line} {word}".strip()
                if line and font.getlength(longer) > limit:
                    lines.append((head, line))
                    head, line = "", word
                else:
                    line = longer
            lines.append((head, line))
        return lines or [("", "no captions")]

    def _text(
        self, pen: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: int, colour: RGB = _INK
    ) -> None:
        pen.text(place, text, colour, self._fonts[size])


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text)
