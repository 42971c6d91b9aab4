"""Forty attributes, each in one group, each yes, no or unknown."""

from __future__ import annotations

import pytest

from app.faces.attributes import ATTRIBUTE_GROUPS, ATTRIBUTE_NAMES, Attributes, attribute_title
from app.faces.errors import InvalidEditError


def test_every_attribute_stands_in_exactly_one_group() -> None:
    grouped = [name for names in ATTRIBUTE_GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(ATTRIBUTE_NAMES)
    assert len(ATTRIBUTE_NAMES) == 40


def test_replacing_changes_one_value() -> None:
    before = Attributes.unknown()
    after = before.replacing("Smiling", True)
    assert {name for name in after if after[name] != before[name]} == {"Smiling"}
    assert after.replacing("Smiling", None) == before


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(InvalidEditError, match="no column Smirking"):
        Attributes.unknown().replacing("Smirking", True)
    with pytest.raises(KeyError):
        Attributes.unknown()["Smirking"]


def test_titles_are_words() -> None:
    assert attribute_title("5_o_Clock_Shadow") == "5 o'clock shadow"
    assert attribute_title("Wearing_Hat") == "Wearing hat"
