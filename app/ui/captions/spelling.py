"""Spelling and tokens for the lines: the dictionary is read beside the window, words of one's own are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.ui.job import Job

if TYPE_CHECKING:
    from app.generation.spelling import Misspelt, Speller

_KEPT = 4096


class Spelling(QObject):
    """Knows nothing until ``ready``, which follows ``prepare``; again whenever it learned a word."""

    ready = Signal()
    learned = Signal(str)
    """All words of one's own, blanks between them, to be kept."""

    def __init__(self, parent: QObject, own_words: str = "") -> None:
        super().__init__(parent)
        self._own = set(own_words.split())
        self._more: frozenset[str] = frozenset()
        self._speller: Speller | None = None
        self._known: dict[str, tuple[Misspelt, ...]] = {}
        self._job: Job | None = None

    def prepare(self) -> None:
        """Read dictionary and vocabulary, once, on a thread of its own: it takes some tenths of a second."""
        if self._job is None:
            self._job = Job(lambda _progress: _read(frozenset(self._own)), self)
            self._job.finished.connect(self._on_read)
            self._job.start()

    def wait(self, timeout_s: float) -> None:
        """Return when nothing is being read any more, or after the time."""
        if self._job is not None:
            self._job.wait(timeout_s)

    def misspelt(self, text: str) -> tuple[Misspelt, ...]:
        """The words of a line that are no words; kept, for lines are marked anew with every letter typed in one."""
        if self._speller is None:
            return ()
        if text not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[text] = self._speller.misspelt(text)
        return self._known[text]

    def tokens(self, text: str) -> int:
        """Tokens of a line as CLIP counts them."""
        from app.generation.clip_tokens import clip_tokens

        return clip_tokens(text)

    def suggestions(self, word: str) -> tuple[str, ...]:
        """Words that may have been meant."""
        return self._speller.suggestions(word) if self._speller is not None else ()

    def learn(self, word: str) -> None:
        """It is a word from now on."""
        self._own.add(word.casefold())
        self._begin_anew()
        self.learned.emit(" ".join(sorted(self._own)))
        self.ready.emit()

    def know(self, words: frozenset[str]) -> None:
        """These are words as well, until others are given."""
        self._more = words
        if self._speller is not None:
            self._begin_anew()
            self.ready.emit()

    def _begin_anew(self) -> None:
        from app.generation.spelling import Speller

        self._speller = Speller(self._own | self._more)
        self._known.clear()

    def _on_read(self, speller: Speller) -> None:
        self._speller = speller
        if self._more:
            self._begin_anew()
        self.ready.emit()


def _read(own: frozenset[str]) -> Speller:
    """A speller that has read all it needs, as have the tokens."""
    from app.generation.clip_tokens import clip_tokens
    from app.generation.spelling import Speller

    speller = Speller(own)
    speller.misspelt("A word.")
    clip_tokens("a word")
    return speller
