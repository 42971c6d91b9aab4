"""A table whose row was edited is known without being taken apart again."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.formats.tables import Table, edited_attributes, read_attributes

NAMES = " ".join(ATTRIBUTE_NAMES)


def table_of(values: list[list[bool]], separator: str, ending: str) -> bytes:
    rows = [
        f"{sample}.jpg " + separator.join("1" if value else "-1" for value in row) for sample, row in enumerate(values)
    ]
    return ending.join([str(len(values)), NAMES, *rows, ""]).encode()


@given(
    st.lists(st.lists(st.booleans(), min_size=40, max_size=40), min_size=1, max_size=5),
    st.sampled_from([" ", "  "]),
    st.sampled_from(["\n", "\r\n"]),
    st.data(),
)
def test_an_edited_table_is_what_reading_it_gives(
    values: list[list[bool]], separator: str, ending: str, data: st.DataObject
) -> None:
    table = Table.from_bytes(table_of(values, separator, ending))
    for _ in range(3):
        sample = str(data.draw(st.integers(0, len(values) - 1)))
        row = read_attributes(table, sample)
        assert row is not None
        after = Attributes(row.attributes.names, tuple(data.draw(st.lists(st.booleans(), min_size=40, max_size=40))))
        edited = edited_attributes(table, sample, row.attributes, after)
        if edited is None:
            continue
        quick, slow = table.with_row(sample, edited), Table.from_bytes(edited)
        assert {f.name: getattr(quick, f.name) for f in fields(Table)} == {
            f.name: getattr(slow, f.name) for f in fields(Table)
        }
        table = quick


def test_rows_of_an_edited_table_are_those_of_samples() -> None:
    table = Table.from_bytes(table_of([[False] * 40] * 3, " ", "\n"))
    edited = edited_attributes(table, "1", None, Attributes(ATTRIBUTE_NAMES, (True,) * 40))
    assert edited is not None
    after = table.with_row("1", edited)
    assert [read_attributes(after, str(sample)).attributes["Bald"] for sample in range(3)] == [False, True, False]  # type: ignore[union-attr]
    with pytest.raises(KeyError):
        table.with_row("9", edited)
