"""What one may choose about an export: one dataclass per format, from which dialog and command line are made.

A field's type says what kind of control it is: ``bool`` a tick box (``--name`` / ``--no-name``), ``int`` and ``float``
a number, ``str`` with ``choices`` a list, ``str`` without a line of text, ``frozenset[Modality]`` tick boxes
(``--include photo,mask``), ``tuple[str, ...]`` a comma-separated list. ``X | None`` may be left empty.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from app.faces.classes import SCHEMES
from app.faces.errors import ExportError
from app.faces.sample import Modality
from app.formats.files import shown

T = TypeVar("T")


def option(
    default: Any,
    help: str,  # noqa: A002 - as argparse calls it
    *,
    title: str = "",
    choices: tuple[str, ...] | Callable[[], tuple[str, ...]] = (),
    least: float | None = None,
    most: float | None = None,
    is_file: bool = False,
) -> Any:
    """A field of an options dataclass. ``title`` (default: the name in words) is its label, ``help`` a sentence.

    ``is_file``: the text names a file on this machine.
    """
    kept = {"help": help, "title": title, "choices": choices, "least": least, "most": most, "is_file": is_file}
    return field(default=default, metadata=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What every format asks. ``include`` beyond what the format holds is reported as left out."""

    include: frozenset[Modality] = option(frozenset(Modality), "modalities to export")


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskOptions(ExportOptions):
    """For formats that flatten the mask into one class per pixel, or write it under an id table."""

    scheme: str = option(
        "celebamask-hq",
        "class-id table of the index values",
        choices=tuple(scheme.name for scheme in SCHEMES),
    )
    paint_order: str = option(
        "scheme",
        "what lies on top where classes overlap: the scheme's own order, the dataset's, or class names from the bottom"
        " to the top",
        title="Paint order",
    )
    size: int | None = option(None, "side in pixels of masks (and photos where they are written)", least=16, most=4096)


class Kind(Enum):
    """What sort of value an option takes, and so what control it gets."""

    TICK = "bool"
    WHOLE = "int"
    NUMBER = "float"
    TEXT = "str"
    MODALITIES = "frozenset[Modality]"
    LIST = "tuple[str, ...]"


_KINDS: Mapping[Any, Kind] = {
    bool: Kind.TICK,
    int: Kind.WHOLE,
    float: Kind.NUMBER,
    str: Kind.TEXT,
    frozenset[Modality]: Kind.MODALITIES,
    tuple[str, ...]: Kind.LIST,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One field of an options dataclass as dialog and command line need it. An ``optional`` one may be None."""

    name: str
    kind: Kind
    optional: bool
    default: Any
    title: str
    help: str
    choices: tuple[str, ...]
    least: float | None
    most: float | None
    is_file: bool


def choices_of(options: type[Any]) -> tuple[Choice, ...]:
    """The fields of an options dataclass in order, those of its base classes first.

    Raises ExportError for a type that is no ``Kind``.
    """
    annotations = typing.get_type_hints(options)
    return tuple(_choice(options, each, annotations[each.name]) for each in dataclasses.fields(options))


def as_json(options: Any) -> dict[str, Any]:
    """The options for the manifest and the settings."""
    return {each.name: _plain(getattr(options, each.name)) for each in dataclasses.fields(options)}


def from_json(options: type[T], document: Mapping[str, Any]) -> T:
    """The options that ``as_json`` gave; names that are not fields are ignored, missing ones have their default.

    Raises ExportError for a value that is not of the field's kind, none of its choices or outside its limits.
    """
    values = {}
    for choice in choices_of(options):
        if choice.name in document:
            values[choice.name] = valid(choice, document[choice.name])
    return options(**values)


def made(options: type[T], values: Mapping[str, Any]) -> T:
    """The options with these values, as Python code gives them. Raises ExportError for a name that is no option too."""
    known = [choice.name for choice in choices_of(options)]
    unknown = [name for name in values if name not in known]
    if unknown:
        raise ExportError(f"there is no option {', '.join(map(shown, unknown))} here; there are {', '.join(known)}")
    return from_json(options, values)


def parsed(choice: Choice, text: str) -> Any:
    """The value that a text stands for: ``256``, ``photo,mask``, ``yes``. Raises ExportError like ``from_json``."""
    if choice.optional and text in {"", "none"}:
        return None
    match choice.kind:
        case Kind.TICK:
            if text.lower() not in _TRUTH:
                raise ExportError(f"{choice.name}: {shown(text)} is neither yes nor no")
            return _TRUTH[text.lower()]
        case Kind.WHOLE | Kind.NUMBER:
            try:
                return valid(choice, int(text) if choice.kind is Kind.WHOLE else float(text))
            except ValueError:
                raise ExportError(f"{choice.name}: {shown(text)} is no {_WORDS[choice.kind]}") from None
        case Kind.MODALITIES | Kind.LIST:
            return valid(choice, [word.strip() for word in text.split(",") if word.strip()])
    return valid(choice, text)


def valid(choice: Choice, value: Any) -> Any:
    """The value as the field keeps it, from JSON or from Python. Raises ExportError saying what would be valid."""
    if value is None:
        if not choice.optional:
            raise ExportError(f"{choice.name} needs {_WORDS[choice.kind]}")
        return None
    match choice.kind:
        case Kind.MODALITIES:
            return _modalities(choice, value)
        case Kind.LIST:
            if isinstance(value, str) or not all(isinstance(word, str) for word in value):
                raise ExportError(f"{choice.name}: {shown(repr(value))} is no list of words")
            for word in value:
                _require_choice(choice, word)
            return tuple(value)
        case Kind.TEXT:
            _require_type(choice, value, isinstance(value, str))
            _require_choice(choice, value)
            return value
        case Kind.TICK:
            _require_type(choice, value, isinstance(value, bool))
            return value
    is_number = isinstance(value, int | float if choice.kind is Kind.NUMBER else int) and not isinstance(value, bool)
    _require_type(choice, value, is_number)
    if choice.least is not None and not value >= choice.least:
        raise ExportError(f"{choice.name}: {value} is less than {choice.least:g}")
    if choice.most is not None and not value <= choice.most:
        raise ExportError(f"{choice.name}: {value} is more than {choice.most:g}")
    return value


_TRUTH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_WORDS = {
    Kind.TICK: "yes or no",
    Kind.WHOLE: "whole number",
    Kind.NUMBER: "number",
    Kind.TEXT: "text",
    Kind.MODALITIES: "list of modalities",
    Kind.LIST: "list of words",
}


def _choice(options: type[Any], each: dataclasses.Field[Any], annotation: Any) -> Choice:
    told = typing.get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,)
    plain = [part for part in told if part is not types.NoneType]
    if len(plain) != 1 or plain[0] not in _KINDS:
        raise ExportError(f"{options.__name__}.{each.name} is of a type that is no option: {annotation}")
    choices = each.metadata.get("choices", ())
    return Choice(
        name=each.name,
        kind=_KINDS[plain[0]],
        optional=len(told) > len(plain),
        default=each.default,
        title=each.metadata.get("title") or each.name.replace("_", " ").capitalize(),
        help=each.metadata.get("help", ""),
        choices=choices() if callable(choices) else choices,
        least=each.metadata.get("least"),
        most=each.metadata.get("most"),
        is_file=each.metadata.get("is_file", False),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(modality.value for modality in value)
    return list(value) if isinstance(value, tuple) else value


def _modalities(choice: Choice, value: Any) -> frozenset[Modality]:
    known = {modality.value: modality for modality in Modality}
    if isinstance(value, str):
        raise ExportError(f"{choice.name}: {shown(value)} is no list of {', '.join(known)}")
    words = [word.value if isinstance(word, Modality) else str(word) for word in value]
    unknown = [word for word in words if word not in known]
    if unknown:
        raise ExportError(f"{choice.name}: {shown(', '.join(unknown))} is none of {_listed(known)}")
    return frozenset(known[word] for word in words)


def _require_type(choice: Choice, value: Any, fits: bool) -> None:
    if not fits:
        raise ExportError(f"{choice.name}: {shown(repr(value))} is no {_WORDS[choice.kind]}")


def _require_choice(choice: Choice, word: str) -> None:
    if choice.choices and word not in choice.choices:
        raise ExportError(f"{choice.name}: {shown(word)} is none of {_listed(choice.choices)}")


def _listed(words: Iterable[str]) -> str:
    """The words to choose from, in quotes where one of them is several."""
    return ", ".join(f'"{word}"' if " " in word else word for word in words)
