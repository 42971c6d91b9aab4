"""The text of a search, read from left to right: blanks, bare words, quotations, numbers and signs.

What ends a word depends on where it stands (a comma parts the names of ``class:hat,hair`` and belongs to a caption's
words), so the parser asks for the piece it expects next instead of taking tokens that somebody else cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.faces.errors import QueryError

OPENING = '"“”„'
"""Quotation marks; text that was pasted or corrected on the way has typographic ones."""
MINUS = "-−"
OPERATORS = {"≤": "<=", "≥": ">=", "≠": "!=", "==": "=", "<>": "!="}

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_OPERATOR = re.compile(r"<=|>=|!=|==|<>|[<>=≤≥≠]")
_NUMBER = re.compile(r"[-−+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_BARE_WORD = re.compile(rf"[^\s(){OPENING}*]+")
_BARE_NAME = re.compile(rf"[^\s(){OPENING}*,=]+")
_ARGUMENT = re.compile(rf"[^(){OPENING}]*")
_BLANKS = re.compile(r"\s*")
_WORDISH = re.compile(r"\S+")
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text and the characters it came from; ``starred``: an asterisk follows it and is included."""

    text: str
    start: int
    end: int
    starred: bool = False
    is_quoted: bool = False


class Lexer:
    """A place in a text, from which pieces are taken."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def next(self) -> str:
        """The character that comes next, "" at the end."""
        return self.text[self.at : self.at + 1]

    def skip_blanks(self) -> None:
        """The next character is none that parts words."""
        self.at = self._match(_BLANKS).end()

    def take(self, characters: str) -> bool:
        """Whether the next character is one of these; then it is taken."""
        found = bool(self.next) and self.next in characters
        self.at += found
        return found

    def peek_identifier(self) -> str:
        """The identifier that comes next, without taking it; "" where none does."""
        found = _IDENTIFIER.match(self.text, self.at)
        return found.group() if found else ""

    def sees_operator(self, after: int = 0, *, over_blanks: bool = False) -> bool:
        """Whether a comparison sign comes ``after`` characters from here."""
        at = self.at + after
        if over_blanks:
            at = self._match(_BLANKS, at).end()
        return _OPERATOR.match(self.text, at) is not None

    def operator(self) -> str | None:
        """The comparison sign that comes next, as ``< <= = != >= >``."""
        found = _OPERATOR.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return OPERATORS.get(found.group(), found.group())

    def number(self) -> Piece | None:
        """The number that comes next; ``float`` reads its text. Raises QueryError for one of too many digits."""
        found = _NUMBER.match(self.text, self.at)
        if found is None:
            return None
        if sum(character.isdecimal() for character in found.group()) > _MOST_DIGITS:
            raise QueryError("no number here has so many digits", *found.span())
        self.at = found.end()
        return Piece(found.group().replace("−", "-"), *found.span())

    def word(self) -> Piece | None:
        """A bare or quoted word of a text, with the asterisk at its end."""
        return self._piece(_BARE_WORD)

    def name(self) -> Piece | None:
        """A bare or quoted name of a list, with the asterisk at its end."""
        return self._piece(_BARE_NAME)

    def argument(self) -> Piece:
        """What stands between brackets, without blanks around it; the closing bracket is not taken."""
        self.skip_blanks()
        if self.next and self.next in OPENING:
            piece = self._quotation()
            self.skip_blanks()
            return piece
        found = self._match(_ARGUMENT)
        self.at = found.end()
        text = found.group().rstrip()
        return Piece(text, found.start(), found.start() + len(text))

    def wordish(self) -> tuple[int, int]:
        """From where to where the next word goes, whatever it is made of: what an error points at."""
        found = _WORDISH.match(self.text, self.at)
        return found.span() if found else (self.at, self.at)

    def _piece(self, bare: re.Pattern[str]) -> Piece | None:
        if self.next and self.next in OPENING:
            piece = self._quotation()
        else:
            found = bare.match(self.text, self.at)
            if found is None:
                return None
            self.at = found.end()
            piece = Piece(found.group(), *found.span())
        if self.next != "*":
            return piece
        self.at += 1
        return Piece(piece.text, piece.start, self.at, True, piece.is_quoted)

    def _quotation(self) -> Piece:
        start = self.at
        closing = '"' if self.next == '"' else OPENING
        self.at += 1
        characters: list[str] = []
        while self.next and self.next not in closing:
            if self.next == "\\" and self.text[self.at + 1 : self.at + 2] in ("\\", *OPENING):
                self.at += 1
            characters.append(self.next)
            self.at += 1
        if not self.next:
            raise QueryError('the quotation that begins here has no end; add a "', start, len(self.text))
        self.at += 1
        return Piece("".join(characters), start, self.at, is_quoted=True)

    def _match(self, pattern: re.Pattern[str], at: int | None = None) -> re.Match[str]:
        found = pattern.match(self.text, self.at if at is None else at)
        assert found is not None  # the patterns given here match nothing, too
        return found
