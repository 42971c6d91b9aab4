"""A number for each of very many words, in twelve bytes a word; a dict takes two hundred while the window is open."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


class WordTable:
    """Words and a number (0 … 2³² − 1) of each, made once and asked often; the words themselves are not kept.

    They are told apart by Python's own 64-bit hash: that two of 200,000 share one happens once in a billion tables.
    """

    def __init__(self, numbers: Iterable[tuple[str, int]]) -> None:
        """Of words that differ, taken one by one: nothing else is made of them on the way."""
        pairs = np.fromiter(
            ((hash(word), number) for word, number in numbers), [("hash", np.int64), ("number", np.uint32)]
        )
        pairs.sort(order="hash")
        self._hashes, self._numbers = pairs["hash"].copy(), pairs["number"].copy()

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def get(self, word: str) -> int | None:
        """The word's number; None for a word that is not among them."""
        wanted = hash(word)
        at = int(np.searchsorted(self._hashes, wanted))
        if at == len(self._hashes) or int(self._hashes[at]) != wanted:
            return None
        return int(self._numbers[at])
