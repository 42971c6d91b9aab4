"""Options of exports: one dataclass makes the dialog's controls, the flags and the manifest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from app.faces.errors import ExportError
from app.faces.sample import Modality
from app.formats.exporting.options import (
    ExportOptions,
    Kind,
    MaskOptions,
    as_json,
    choices_of,
    from_json,
    option,
    parsed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(MaskOptions):
    tick: bool = option(False, "a tick")
    share: float = option(0.5, "a share", least=0, most=1)
    words: tuple[str, ...] = option((), "words", choices=("a", "b"))


def test_the_fields_say_their_controls() -> None:
    kinds = {choice.name: (choice.kind, choice.optional) for choice in choices_of(Everything)}
    assert kinds == {
        "include": (Kind.MODALITIES, False),
        "scheme": (Kind.TEXT, False),
        "paint_order": (Kind.TEXT, False),
        "size": (Kind.WHOLE, True),
        "tick": (Kind.TICK, False),
        "share": (Kind.NUMBER, False),
        "words": (Kind.LIST, False),
    }


def test_options_survive_json() -> None:
    options = Everything(include=frozenset({Modality.MASK}), size=256, tick=True, words=("a", "b"))
    assert from_json(Everything, json.loads(json.dumps(as_json(options)))) == options
    assert from_json(Everything, {"no such": 1}) == Everything()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("size", "256", 256), ("size", "none", None), ("tick", "yes", True), ("share", "0.25", 0.25),
     ("words", "a, b", ("a", "b")), ("include", "mask,photo", frozenset({Modality.MASK, Modality.PHOTO})),
     ("scheme", "list1", "list1")],
)  # fmt: skip
def test_text_becomes_a_value(name: str, text: str, value: object) -> None:
    assert parsed(_choice(name), text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [("size", "15"), ("size", "5000"), ("size", "big"), ("tick", "maybe"), ("share", "nan"), ("words", "c"),
     ("include", "sound"), ("scheme", "list9")],
)  # fmt: skip
def test_text_that_is_no_value_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(ExportError, match=name):
        parsed(_choice(name), text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", "256"),
        ("size", True),
        ("tick", 1),
        ("scheme", 3),
        ("scheme", None),
        ("words", "ab"),
        ("include", "mask"),
    ],
)
def test_values_of_another_type_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(ExportError, match=name):
        from_json(Everything, {name: value})


def test_choices_of_several_words_are_told_in_quotes() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Tagged(ExportOptions):
        tags: str = option("yes", "tags", choices=("yes", "yes and no"))

    with pytest.raises(ExportError, match=r'^tags: both is none of yes, "yes and no"$'):
        from_json(Tagged, {"tags": "both"})


def test_a_field_of_an_unknown_type_is_named() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Odd(ExportOptions):
        number: complex = 1j

    with pytest.raises(ExportError, match=r"Odd\.number"):
        choices_of(Odd)


def _choice(name: str) -> Any:
    return next(choice for choice in choices_of(Everything) if choice.name == name)
