"""Captions that remember their file's exact bytes, so that an edit changes one line and nothing else.

A caption file is lines of bytes. It is split on ``\n`` only (``str.splitlines`` would also cut at U+2028, U+0085, form
feeds …), and every line keeps its own ending, blanks and encoding quirks. Of the 30,000 released files 25,283 have
blanks at line ends: whatever normalises on save rewrites the dataset behind its owner's back.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from app.faces.errors import InvalidEditError, ReadOnlyError

CAPTIONS_PER_SAMPLE = 10


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """One line: its bytes without the ending, and the ending (``\\n``, ``\\r\\n`` or nothing on the last line)."""

    raw: bytes
    ending: bytes = b"\n"

    @property
    def text(self) -> str:
        """The line as text; bytes that are no UTF-8 show as U+FFFD (such a file is read-only, see ``Captions``)."""
        return self.raw.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Captions:
    """All captions of one sample, in file order. ``to_bytes`` of an unedited value is the file, byte for byte."""

    lines: tuple[CaptionLine, ...] = ()
    bom: bytes = b""

    @classmethod
    def from_bytes(cls, data: bytes) -> Captions:
        """Read a file's bytes; never fails. What cannot be decoded is kept and makes the value read-only."""
        bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        pieces = data[len(bom) :].split(b"\n")
        lines = []
        for number, piece in enumerate(pieces):
            is_last = number == len(pieces) - 1
            if is_last and not piece:
                break
            ending = b"" if is_last else b"\n"
            if piece.endswith(b"\r") and not is_last:
                piece, ending = piece[:-1], b"\r\n"
            lines.append(CaptionLine(piece, ending))
        return cls(tuple(lines), bom)

    @classmethod
    def from_texts(cls, texts: list[str] | tuple[str, ...]) -> Captions:
        """A new file as the published script writes it: LF between lines, none after the last."""
        lines = [CaptionLine(_encode(text)) for text in texts]
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
    def unreadable(self) -> str | None:
        """Why the file is shown but not edited (the encoding), or None when it is plain UTF-8."""
        data = b"\n".join(line.raw for line in self.lines)
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "it is UTF-16; convert it to UTF-8 first"
        if b"\0" in data:
            return "it holds NUL bytes and is no text file"
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            return f"line {line} is not UTF-8 (byte 0x{data[error.start]:02x}), perhaps Latin-1; convert it first"
        return None

    def replacing(self, index: int, text: str) -> Captions:
        """Line ``index`` (0-based) says ``text``; every other byte stays. Setting the text it has is no change.

        Only an empty last line gets an ending where the file had none: without it the line would not be there.
        """
        self._require_editable(index)
        line = self.lines[index]
        if text == line.text:
            return self
        edited = self._with(index, 1, (CaptionLine(_encode(text), line.ending),))
        return edited._with_last_ending(edited.lines[-1].ending)

    def inserting(self, index: int, text: str) -> Captions:
        """A new line before ``index`` (``len`` appends), ended like its neighbours."""
        self._require_editable(None)
        if not 0 <= index <= len(self.lines):
            raise InvalidEditError(f"there is no place {index + 1} among {len(self.lines)} captions")
        final = self.lines[-1].ending if self.lines else b""
        grown = self._with(index, 0, (CaptionLine(_encode(text), self._usual_ending()),))
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
        raws = [line.raw for line in self.lines]
        raws.insert(to, raws.pop(index))
        moved = Captions(tuple(CaptionLine(raw, end) for raw, end in zip(raws, endings, strict=True)), self.bom)
        return moved._with_last_ending(endings[-1])

    def _require_editable(self, index: int | None) -> None:
        if (why := self.unreadable) is not None:
            raise ReadOnlyError(f"this caption file is not edited: {why}")
        if index is not None and not 0 <= index < len(self.lines):
            raise InvalidEditError(f"there is no caption {index + 1}; the file has {len(self.lines)}")

    def _usual_ending(self) -> bytes:
        return b"\r\n" if any(line.ending == b"\r\n" for line in self.lines) else b"\n"

    def _with(self, start: int, count: int, new: tuple[CaptionLine, ...]) -> Captions:
        return Captions(self.lines[:start] + new + self.lines[start + count :], self.bom)

    def _with_last_ending(self, ending: bytes) -> Captions:
        if not self.lines:
            return self
        usual = self._usual_ending()
        inner = [line if line.ending else CaptionLine(line.raw, usual) for line in self.lines[:-1]]
        last = self.lines[-1].raw
        return Captions((*inner, CaptionLine(last, ending if last else ending or usual)), self.bom)


def _encode(text: str) -> bytes:
    if "\n" in text or "\r" in text:
        raise InvalidEditError("a caption is one line: a line break would make one caption into two")
    if "\0" in text:
        raise InvalidEditError("a caption cannot hold a NUL character: no loader would read the file")
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidEditError(f"the caption holds a character that no file can hold: {error.reason}") from None
