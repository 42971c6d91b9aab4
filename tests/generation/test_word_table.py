"""A table of many words answers as a dict does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.generation.word_table import WordTable


@given(st.dictionaries(st.text(), st.integers(0, 2**32 - 1)), st.lists(st.text()))
def test_a_table_answers_as_the_dict_it_was_made_of(numbers: dict[str, int], others: list[str]) -> None:
    table = WordTable(numbers.items())
    for word in (*numbers, *others):
        assert table.get(word) == numbers.get(word)
        assert (word in table) == (word in numbers)
