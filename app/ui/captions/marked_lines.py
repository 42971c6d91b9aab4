"""What is seen on the lines besides their text: which words mean something, what is wrong with a line and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.faces.attributes import attribute_title
from app.ui.captions.contradictions import Contradictions
from app.ui.captions.selection import Selection
from app.ui.captions.words import Word, words_of

if TYPE_CHECKING:
    from app.generation.reading import Reader
    from app.ui.captions.row import Row
    from app.ui.captions.spelling import Spelling


class MarkedLines:
    """Marks the panel's ``rows``, which may become more; ``selection`` says which of them are selected."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self.selection = Selection(self.show_state)
        self._contradictions = Contradictions()
        self._stale: frozenset[int] = frozenset()
        self._spelling: Spelling | None = None
        self._reader: Reader | None = None
        self._read_as: dict[int, tuple[object, ...]] = {}
        """What the marks of a line were made from."""
        self._is_reading = False

    def clear(self) -> None:
        """Nothing is held against the lines: they are another sample's."""
        self._contradictions, self._stale = Contradictions(), frozenset()

    def show(self, held: Contradictions, stale: frozenset[int], count: int) -> None:
        """This is held against the first ``count`` lines now; ``stale`` are those that an edit made wrong."""
        self._contradictions, self._stale = held, stale
        self._is_reading = True
        for line in range(count):
            self.read(line)
            self.show_state(line)

    def take_in(self, row: Row) -> None:
        """A row that is new tells of tokens like the others."""
        if self._spelling is not None:
            row.count_tokens(self._spelling.tokens)

    def use_spelling(self, spelling: Spelling) -> None:
        """Words and tokens are looked at with this from now on; again when it knows more words."""
        self._spelling = spelling
        self._read_as.clear()
        for line, row in enumerate(self._rows):
            row.count_tokens(spelling.tokens)
            self.read(line)

    def use_reader(self, reader: Reader | None) -> None:
        """The lines are read with this from the next reading on; None: in the words of the shipped grammars."""
        self._reader = reader

    def read(self, line: int) -> None:
        """Mark the words of a line. Until somebody asked for contradictions nothing is read: the reader is made then,
        which takes longer than the first picture may wait."""
        editor = self._rows[line].editor
        if self._is_reading:
            from app.generation.reading import shipped_reader

            text = editor.text()
            reader = self._reader or shipped_reader()
            wrong = self._contradictions.facts(line)
            made_from = text, reader, wrong
            if self._read_as.get(line) == made_from:
                return
            self._read_as[line] = made_from
            misspelt = self._spelling.misspelt(text) if self._spelling is not None else ()
            editor.mark(words_of(text, reader.read(text), wrong, misspelt))

    def show_state(self, line: int) -> None:
        """The line's number tells whether it is selected, and what is held against the line."""
        held = self._contradictions.of(line)
        why = [each.finding.message for each in held]
        if line in self._stale:
            why.append(_tr("Made so by an edit of the mask or the attributes."))
        self._rows[line].number.show_state(
            selected=line in self.selection, wrong=bool(held), stale=line in self._stale, why="\n".join(why)
        )

    def told_of(self, line: int, word: Word) -> str:
        """What a word of the line states and what denies it, or that it is no word."""
        told: list[str] = []
        if word.fact is not None:
            says = _tr("{name}: yes") if word.fact.value else _tr("{name}: no")
            told.append(says.format(name=attribute_title(word.fact.attribute)))
            held = self._contradictions.of(line)
            told += [each.finding.message for each in held if word.fact in each.facts]
        if word.is_misspelt:
            written = self._rows[line].editor.text()[word.start : word.end]
            told.append(_tr("“{word}” is in no dictionary. A click offers others.").format(word=written))
        return "\n".join(told)


def _tr(text: str) -> str:
    return QCoreApplication.translate("MarkedLines", text)
