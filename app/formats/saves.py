"""Listing a dataset anew while it is edited: the new names may lack what our own saves made in the meantime."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from app.faces.errors import LayoutError
from app.faces.store import SampleStore
from app.formats.files import shown

Save = TypeVar("Save")


class Saves(Generic[Save]):
    """The saves since a store's names were listed, in order. Whoever asks holds the store's lock."""

    def __init__(self, known: int = 0) -> None:
        """``known``: how many saves there had been when the names were listed."""
        self._known = known
        self._since: list[Save] = []

    @property
    def count(self) -> int:
        """How many there have ever been."""
        return self._known + len(self._since)

    def add(self, save: Save) -> None:
        """One more."""
        self._since.append(save)

    def missed_by(self, fresh: Saves[Save]) -> list[Save]:
        """Those that names listed as late as ``fresh`` may lack. They are told once: this store has those names now."""
        missed = self._since[max(0, fresh._known - self._known) :]
        self._known = self.count
        self._since.clear()
        return missed


def listed_anew(again: Callable[[], SampleStore], root: Path) -> SampleStore:
    """What ``again`` opens. Raises LayoutError where the folder is gone or holds no dataset any more."""
    try:
        return again()
    except OSError as error:
        raise LayoutError(f"{shown(root.name)} cannot be listed: {error.strerror}; is it still there?") from None
