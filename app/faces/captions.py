"""Captions that remember their file's exact bytes, so that an edit changes one line and nothing else.

A caption file is lines of bytes. It is split on ``\n`` only (``str.splitlines`` would also cut at U+2028, U+0085, form
feeds …), and every line keeps its own ending, blanks and encoding quirks. Of the 30,000 released files 25,283 have
blanks at line ends: whatever normalises on save rewrites the dataset behind its owner's back.

Lines that are not UTF-8 are read as Windows-1252, as the web reads them: every byte is one character there and comes
back as that byte, so that a wrong guess shows odd letters and loses nothing. Where a file has no other letters beyond
ASCII, what is edited is written that way, too; a file of both gets UTF-8. UTF-16 is shown and not edited.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from app.faces.errors import InvalidEditError, ReadOnlyError

CAPTIONS_PER_SAMPLE = 10

Encoding = Literal["UTF-8", "Windows-1252", "UTF-16-LE", "UTF-16-BE"]
_LEGACY: Encoding = "Windows-1252"
_UTF16: Mapping[bytes, Encoding] = {codecs.BOM_UTF16_LE: "UTF-16-LE", codecs.BOM_UTF16_BE: "UTF-16-BE"}
# The five bytes that Python's codec leaves out are control characters here, as in the Encoding Standard of the WHATWG.
_WINDOWS_1252 = "".join(bytes((code,)).decode("cp1252", "ignore") or chr(code) for code in range(256))
_TO_WINDOWS_1252 = codecs.charmap_build(_WINDOWS_1252)


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """One line: its bytes without the ending, and the ending (``\\n``, ``\\r\\n`` or nothing on the last line)."""

    raw: bytes
    ending: bytes = b"\n"
    encoding: Encoding = "UTF-8"

    @property
    def text(self) -> str:
        """The line as text. U+FFFD is shown for what is no UTF-8 in a file that is no text (see ``unreadable``)."""
        if self.encoding == _LEGACY:
            return codecs.charmap_decode(self.raw, "strict", _WINDOWS_1252)[0]
        return self.raw.decode(self.encoding, "replace")


@dataclass(frozen=True, slots=True)
class Captions:
    """All captions of one sample, in file order. ``to_bytes`` of an unedited value is the file, byte for byte."""

    lines: tuple[CaptionLine, ...] = ()
    bom: bytes = b""

    @classmethod
    def from_bytes(cls, data: bytes) -> Captions:
        """Read a file's bytes; never fails. What is no text at all is kept and makes the value read-only."""
        if (utf16 := _UTF16.get(data[:2])) is not None:
            return cls(tuple(_utf16_lines(data[2:], utf16)), data[:2])
        bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        encoding_of = _encodings(data)
        pieces = data[len(bom) :].split(b"\n")
        lines = []
        for number, piece in enumerate(pieces):
            is_last = number == len(pieces) - 1
            if is_last and not piece:
                break
            ending = b"" if is_last else b"\n"
            if piece.endswith(b"\r") and not is_last:
                piece, ending = piece[:-1], b"\r\n"
            lines.append(CaptionLine(piece, ending, encoding_of(piece)))
        return cls(tuple(lines), bom)

    @classmethod
    def from_texts(cls, texts: list[str] | tuple[str, ...]) -> Captions:
        """A new file as the published script writes it: UTF-8, LF between lines, none after the last."""
        lines = [CaptionLine(_encode(text, "UTF-8")) for text in texts]
        return cls(tuple(lines))._with_last_ending(b"")

    def to_bytes(self) -> bytes:
        """The file's bytes."""
        return self.bom + b"".join(line.raw + line.ending for line in self.lines)

    @property
    def texts(self) -> tuple[str, ...]:
        """The captions as text, blanks included."""
        return tuple(line.text for line in self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[CaptionLine]:
        return iter(self.lines)

    @property
    def encoding(self) -> Encoding:
        """What an edited line is written in."""
        is_legacy = bool(self.lines) and not self.bom and all(line.encoding != "UTF-8" for line in self.lines)
        return _LEGACY if is_legacy else "UTF-8"

    @property
    def unreadable(self) -> str | None:
        """Why the file is shown but not edited, or None when it is text."""
        if self.bom in _UTF16:
            return "it is UTF-16; convert it to UTF-8 first"
        if any(b"\0" in line.raw for line in self.lines):
            return "it holds NUL bytes: it is UTF-16, or no text file; convert it to UTF-8 first"
        return None

    @property
    def not_utf8(self) -> str | None:
        """Why the texts are a guess, for those who would hand them on as UTF-8; None where they are none."""
        where = self._first_not_utf8()
        return None if where is None else f"{where}; convert it to UTF-8 first"

    @property
    def guess(self) -> str | None:
        """How lines that are not UTF-8 are read and written; None where there are none."""
        where = None if self.unreadable else self._first_not_utf8()
        if where is None:
            return None
        if self.encoding == "UTF-8":
            return f"{where}; it is shown so and becomes UTF-8 when it is edited"
        return f"{where}; it is shown so, and edits are written so"

    def replacing(self, index: int, text: str) -> Captions:
        """Line ``index`` (0-based) says ``text``; every other byte stays. Setting the text it has is no change.

        Only an empty last line gets an ending where the file had none: without it the line would not be there.
        """
        self._require_editable(index)
        line = self.lines[index]
        if text == line.text:
            return self
        edited = self._with(index, 1, (self._line(text, line.ending),))
        return edited._with_last_ending(edited.lines[-1].ending)

    def inserting(self, index: int, text: str) -> Captions:
        """A new line before ``index`` (``len`` appends), ended like its neighbours."""
        self._require_editable(None)
        if not 0 <= index <= len(self.lines):
            raise InvalidEditError(f"there is no place {index + 1} among {len(self.lines)} captions")
        final = self.lines[-1].ending if self.lines else b""
        grown = self._with(index, 0, (self._line(text, self._usual_ending()),))
        return grown._with_last_ending(final)

    def removing(self, index: int) -> Captions:
        """Line ``index`` is gone; the file ends as it ended before."""
        self._require_editable(index)
        final = self.lines[-1].ending
        return self._with(index, 1, ())._with_last_ending(final)

    def moving(self, index: int, to: int) -> Captions:
        """Line ``index`` stands at place ``to``; endings stay at their places so that the file ends as before."""
        self._require_editable(index)
        self._require_editable(to)
        endings = [line.ending for line in self.lines]
        lines = list(self.lines)
        lines.insert(to, lines.pop(index))
        moved = Captions(tuple(replace(line, ending=end) for line, end in zip(lines, endings, strict=True)), self.bom)
        return moved._with_last_ending(endings[-1])

    def _require_editable(self, index: int | None) -> None:
        if (why := self.unreadable) is not None:
            raise ReadOnlyError(f"this caption file is not edited: {why}")
        if index is not None and not 0 <= index < len(self.lines):
            raise InvalidEditError(f"there is no caption {index + 1}; the file has {len(self.lines)}")

    def _first_not_utf8(self) -> str | None:
        for number, line in enumerate(self.lines, 1):
            try:
                line.raw.decode("utf-8")
            except UnicodeDecodeError as error:
                return f"line {number} is not UTF-8 (byte 0x{line.raw[error.start]:02x}), perhaps {_LEGACY}"
        return None

    def _line(self, text: str, ending: bytes) -> CaptionLine:
        encoding = self.encoding
        return CaptionLine(_encode(text, encoding), ending, encoding)

    def _usual_ending(self) -> bytes:
        return b"\r\n" if any(line.ending == b"\r\n" for line in self.lines) else b"\n"

    def _with(self, start: int, count: int, new: tuple[CaptionLine, ...]) -> Captions:
        return Captions(self.lines[:start] + new + self.lines[start + count :], self.bom)

    def _with_last_ending(self, ending: bytes) -> Captions:
        if not self.lines:
            return self
        usual = self._usual_ending()
        inner = [line if line.ending else replace(line, ending=usual) for line in self.lines[:-1]]
        last = self.lines[-1]
        return Captions((*inner, replace(last, ending=ending if last.raw else ending or usual)), self.bom)


def _utf16_lines(data: bytes, encoding: Encoding) -> Iterator[CaptionLine]:
    newline, carriage = "\n".encode(encoding), "\r".encode(encoding)
    start = at = 0
    while (at := data.find(newline, at)) >= 0:
        if at % 2:
            at += 1  # the halves of two characters
            continue
        end = at - 2 if at - 2 >= start and data[at - 2 : at] == carriage else at
        yield CaptionLine(data[start:end], data[end : at + 2], encoding)
        start = at = at + 2
    if start < len(data):
        yield CaptionLine(data[start:], b"", encoding)


def _encodings(data: bytes) -> Callable[[bytes], Encoding]:
    """How to find out what a line of this file is written in."""
    if _is_utf8(data):
        return lambda _line: "UTF-8"
    lines = data.split(b"\n")
    if any(not line.isascii() and _is_utf8(line) for line in lines):
        return lambda line: "UTF-8" if _is_utf8(line) else _LEGACY
    return lambda _line: _LEGACY


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _encode(text: str, encoding: Encoding) -> bytes:
    if "\n" in text or "\r" in text:
        raise InvalidEditError("a caption is one line: a line break would make one caption into two")
    if "\0" in text:
        raise InvalidEditError("a caption cannot hold a NUL character: no loader would read the file")
    if encoding != "UTF-8":
        try:
            return codecs.charmap_encode(text, "strict", _TO_WINDOWS_1252)[0]
        except UnicodeEncodeError as error:
            raise InvalidEditError(
                f"the file is not UTF-8, perhaps {encoding}, which has no {text[error.start]!r}; say it in other"
                " characters, or convert the file to UTF-8 first"
            ) from None
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidEditError(f"the caption holds a character that no file can hold: {error.reason}") from None
