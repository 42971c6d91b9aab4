"""The text files a grammar is kept in: sections of lines that know where they stand, so that an error can point there.

``[section]`` begins a section, ``#`` at the start of a line a comment. A person's own file need not be whole: sections
it lacks are those of the shipped files.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from app.faces.errors import GrammarError
from app.paths import resource

Wording = Literal["clean", "released"]
WORDINGS: tuple[Wording, ...] = get_args(Wording)
SECTIONS = (
    "people",
    "conflicts",
    "judgements",
    "masks",
    "classes",
    "words",
    "unsaid",
    "negatives",
    "amounts",
    "lists",
    "rules",
)
_OPTIONAL = ("judgements", "masks", "unsaid", "negatives", "conflicts")
_LARGEST_FILE = 1 << 20
_HEAVIEST = 1_000_000_000
_MOST_TOLD = 200
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a grammar: the name of its file, its number from 1, and its text with the indentation."""

    file: str
    number: int
    text: str

    @property
    def is_indented(self) -> bool:
        """Whether it belongs to the line above it that is not."""
        return self.text[:1].isspace()

    def error(self, what: str) -> GrammarError:
        """What is wrong here; of a long line that is told, its beginning and its end."""
        told = what if len(what) <= 2 * _MOST_TOLD else f"{what[:_MOST_TOLD]} … {what[-_MOST_TOLD:]}"
        return GrammarError(f"{self.file}, line {self.number}: {told}")

    def weight(self, word: str) -> float:
        """The word as a weight. Raises GrammarError."""
        try:
            weight = float(word)
        except ValueError:
            raise self.error(f"{word!r} is no weight; a number above 0 stands here") from None
        if not weight > 0:
            raise self.error(f"the weight {word} is not above 0; take the line out instead")
        if weight > _HEAVIEST:
            raise self.error(f"the weight {word} is above {_HEAVIEST:,}; weights only count against each other")
        return weight

    def whole(self, word: str, *, most: int) -> int | None:
        """The word as a whole number from 0 to ``most``; None where it is none."""
        return int(word) if word.isdecimal() and len(word) <= len(str(most)) and int(word) <= most else None

    def one_of(self, word: str, known: Iterable[str], what: str) -> str:
        """The word, if it is known. Raises GrammarError with the nearest that is."""
        known = tuple(known)
        if word in known:
            return word
        close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
        raise self.error(f"there is no {what} {word!r}" + (f"; did you mean {close[0]}?" if close else ""))


Sections = Mapping[str, tuple[Line, ...]]


def parse_sections(text: str, file: str, known: Sequence[str] = SECTIONS) -> dict[str, tuple[Line, ...]]:
    """The lines of each section of a ``known`` name, without comments and empty lines. Raises GrammarError."""
    sections: dict[str, list[Line]] = {}
    current: list[Line] | None = None
    for number, raw in enumerate(_LINE_END.split(text), start=1):
        line = Line(file, number, raw.rstrip())
        bare = line.text.strip()
        if not bare or bare.startswith("#"):
            continue
        if bare.startswith("["):
            name = line.one_of(bare.strip("[] "), known, "section")
            if name in sections:
                raise line.error(f"the section [{name}] is there already; put its lines together")
            current = sections[name] = []
        elif current is None:
            raise line.error("this stands before the first section; begin with one, such as [words]")
        else:
            current.append(line)
    return {name: tuple(lines) for name, lines in sections.items()}


@cache
def shipped_sections(wording: Wording) -> Sections:
    """The sections of a shipped wording."""
    sections: dict[str, tuple[Line, ...]] = {}
    for name in ("shared.txt", f"{wording}.txt"):
        sections |= parse_sections(resource("grammar", name).read_text(encoding="utf-8"), name)
    return sections


def sections_of(wording: Wording, file: Path | None = None) -> Sections:
    """The sections of ``file`` with those of the shipped wording where it has none. Raises GrammarError, OSError."""
    shipped = shipped_sections(wording)
    if file is None:
        return shipped
    with file.open("rb") as opened:
        data = opened.read(_LARGEST_FILE + 1)
    if len(data) > _LARGEST_FILE:
        raise GrammarError(f"{file.name} is larger than a megabyte and no grammar")
    try:
        own = parse_sections(data.decode("utf-8-sig"), file.name)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise GrammarError(f"{file.name}, line {line}: this is no UTF-8; save the file as UTF-8") from None
    if not own:
        raise GrammarError(f"{file.name} has no section; begin one with its name in brackets, such as [words]")
    empty = dict.fromkeys(_OPTIONAL, ())
    merged = {**empty, **shipped, **own}
    for name, lines in own.items():
        if not lines and name not in _OPTIONAL:
            raise GrammarError(f"{file.name}: the section [{name}] is empty; fill it, or leave it out to get the usual")
    return merged


def grammar_text(wording: Wording) -> str:
    """A shipped grammar as one file, to be copied and edited."""
    names = ("shared.txt", f"{wording}.txt")
    return "\n".join(resource("grammar", name).read_text(encoding="utf-8") for name in names)
