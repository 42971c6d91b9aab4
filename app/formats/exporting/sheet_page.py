"""One page of a contact sheet: measured once, drawn cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from app.faces.classes import RGB
from app.faces.errors import ExportError
from app.faces.sample import Photo

PIXEL_LIMIT = 64 * 1024 * 1024
"""Of a page: more is for a plotter, and many readers refuse it."""

_MARGIN, _GAP, _PANEL_GAP = 36, 18, 4
_TITLE, _BODY, _LINE = 24, 13, 17
_CAPTION_LINES = 2
_PAPER, _INK, _FAINT, _EMPTY = (255, 255, 255), (34, 36, 40), (122, 126, 134), (233, 231, 226)


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One sample on a page: its id, its pictures by what they show (None: it has none), its caption."""

    name: str
    pictures: tuple[tuple[str, Photo | None], ...]
    caption: str


@dataclass(frozen=True, slots=True)
class PageStyle:
    """What all pages share. ``thumbnail`` is the side of a picture in pixels, ``panels`` how many a sample has."""

    title: str
    columns: int
    rows: int
    thumbnail: int
    panels: int
    has_captions: bool

    @property
    def cell_size(self) -> tuple[int, int]:
        """(width, height) of one sample, pictures and text."""
        width = max(1, self.panels) * (self.thumbnail + _PANEL_GAP) - _PANEL_GAP
        lines = 1 + (_CAPTION_LINES if self.has_captions else 0)
        return width, (self.thumbnail + _PANEL_GAP if self.panels else 0) + lines * _LINE

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of a page."""
        width, height = self.cell_size
        return (
            2 * _MARGIN + self.columns * (width + _GAP) - _GAP,
            2 * _MARGIN + _TITLE + _GAP + self.rows * (height + _GAP) - _GAP,
        )

    def check(self) -> None:
        """Raises ExportError where a page would be too large."""
        width, height = self.size
        if width * height > PIXEL_LIMIT:
            raise ExportError(
                f"a page would have {width}×{height} pixels; choose fewer rows, columns or smaller pictures"
            )


def drawn_page(style: PageStyle, split: str, cells: Sequence[Cell]) -> Image.Image:
    """The page (RGB) with up to ``rows × columns`` cells, row by row."""
    page = Image.new("RGB", style.size, _PAPER)
    pen = ImageDraw.Draw(page)
    heading = " · ".join([style.title, *([split] if split else [])])
    room = style.size[0] - 2 * _MARGIN
    pen.text((_MARGIN, _MARGIN), _cut(_printable(heading), _TITLE, room), _INK, _font(_TITLE))
    width, height = style.cell_size
    for place, cell in enumerate(cells):
        row, column = divmod(place, style.columns)
        left, top = _MARGIN + column * (width + _GAP), _MARGIN + _TITLE + _GAP + row * (height + _GAP)
        for number, (name, picture) in enumerate(cell.pictures):
            _draw_picture(
                page, pen, left + number * (style.thumbnail + _PANEL_GAP), top, style.thumbnail, name, picture
            )
        below = top + (style.thumbnail + _PANEL_GAP if style.panels else 0)
        _text(pen, left, below, _cut(_printable(cell.name), _BODY, width), _INK)
        if style.has_captions:
            for number, line in enumerate(_wrapped(_printable(cell.caption), width), start=1):
                _text(pen, left, below + number * _LINE, line, _FAINT)
    return page


def _draw_picture(
    page: Image.Image, pen: ImageDraw.ImageDraw, left: int, top: int, side: int, name: str, picture: Photo | None
) -> None:
    if picture is None:
        pen.rectangle((left, top, left + side - 1, top + side - 1), _EMPTY)
        words = "no mask" if name == "overlay" else f"no {name}"
        _text(pen, left + (side - _font(_BODY).getlength(words)) / 2, top + side / 2 - _LINE / 2, words, _FAINT)
        return
    height, width = picture.shape[:2]
    page.paste(Image.fromarray(picture), (left + (side - width) // 2, top + (side - height) // 2))


def _wrapped(text: str, width: int) -> list[str]:
    """The text in as many lines as there is room for, the last one cut."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < _CAPTION_LINES - 1:
        count = 1
        while count < len(words) and _font(_BODY).getlength(" ".join(words[: count + 1])) <= width:
            count += 1
        lines.append(_cut(" ".join(words[:count]), _BODY, width))
        words = words[count:]
    return [*lines, _cut(" ".join(words), _BODY, width)] if words else lines


def _cut(text: str, size: int, width: float) -> str:
    """The text, or as much of its beginning as fits with an ellipsis."""
    font = _font(size)
    text = text[:1000]
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _text(pen: ImageDraw.ImageDraw, left: float, top: float, text: str, colour: RGB) -> None:
    pen.text((left, top), text, colour, _font(_BODY))


@lru_cache(maxsize=4)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text)
