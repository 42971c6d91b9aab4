"""No save of ours is forgotten by names that were listed while it was made."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.faces.errors import LayoutError
from app.formats.saves import Saves, listed_anew


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=6))
def test_what_was_saved_since_a_listing_began_is_told_once(rounds: list[tuple[int, int]]) -> None:
    saves: Saves[int] = Saves()
    number = 0
    for before, during in rounds:
        for _ in range(before):
            saves.add(number := number + 1)
        fresh: Saves[int] = Saves(saves.count)
        began = number
        for _ in range(during):
            saves.add(number := number + 1)
        assert saves.missed_by(fresh) == list(range(began + 1, number + 1))
        assert saves.missed_by(fresh) == []
        assert saves.count == number


def test_a_folder_that_is_gone_is_named() -> None:
    def gone() -> None:
        raise FileNotFoundError(2, "No such file or directory")

    with pytest.raises(LayoutError, match=r"faces cannot be listed: No such file or directory; is it still there\?"):
        listed_anew(gone, Path("somewhere/faces"))  # type: ignore[arg-type]
