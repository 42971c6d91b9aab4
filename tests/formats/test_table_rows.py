"""A table whose row was edited is known without being taken apart again."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.errors import ReadOnlyError
from app.formats.tables import Table, attribute_patches, read_attributes

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
        quick = table.patched(attribute_patches(table, sample, row.attributes, after))
        slow = Table.from_bytes(quick.data)
        assert {f.name: getattr(quick, f.name) for f in fields(Table)} == {
            f.name: getattr(slow, f.name) for f in fields(Table)
        }
        table = quick


def test_rows_of_an_edited_table_are_those_of_samples() -> None:
    table = Table.from_bytes(table_of([[False] * 40] * 3, " ", "\n"))
    wanted = Attributes(ATTRIBUTE_NAMES, (True,) * 40)
    after = table.patched(attribute_patches(table, "1", None, wanted))
    assert [read_attributes(after, str(sample)).attributes["Bald"] for sample in range(3)] == [False, True, False]  # type: ignore[union-attr]
    with pytest.raises(ReadOnlyError, match="no row for sample 9"):
        attribute_patches(table, "9", None, wanted)


def test_rows_edited_together_are_those_edited_one_by_one() -> None:
    table = Table.from_bytes(table_of([[False] * 40, [True, False] * 20, [True] * 40], " ", "\r\n"))
    wanted = {"0": (True, False) * 20, "1": (True,) * 40, "2": (False,) * 40}
    one_by_one, patches = table, []
    for sample, values in wanted.items():
        after = Attributes(ATTRIBUTE_NAMES, values)
        one_by_one = one_by_one.patched(attribute_patches(one_by_one, sample, None, after))
        patches += attribute_patches(table, sample, None, after)
    together = table.patched(reversed(patches))
    assert together.data == one_by_one.data
    assert together.rows == one_by_one.rows == Table.from_bytes(together.data).rows
