"""What one may choose about an export: one dataclass per format, from which dialog and command line are made.

A field's type says what kind of control it is: ``bool`` a tick box (``--name`` / ``--no-name``), ``int`` and ``float``
a number, ``str`` with ``choices`` a list, ``str`` without a line of text, ``frozenset[Modality]`` tick boxes
(``--include photo,mask``), ``tuple[str, ...]`` a comma-separated list. ``X | None`` may be left empty.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.faces.classes import SCHEMES
from app.faces.errors import ExportError
from app.faces.sample import Modality


def option(
    default: Any,
    help: str,  # noqa: A002 - as argparse calls it
    *,
    title: str = "",
    choices: tuple[str, ...] | Callable[[], tuple[str, ...]] = (),
    least: float | None = None,
    most: float | None = None,
) -> Any:
    """A field of an options dataclass. ``title`` (default: the name in words) is its label, ``help`` a sentence."""
    kept = {"help": help, "title": title, "choices": choices, "least": least, "most": most}
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


@dataclass(frozen=True, slots=True)
class Choice:
    """One field of an options dataclass as dialog and command line need it; ``kind`` is the annotation as text."""

    name: str
    kind: str
    default: Any
    title: str
    help: str
    choices: tuple[str, ...]
    least: float | None
    most: float | None


def choices_of(options: type[ExportOptions]) -> tuple[Choice, ...]:
    """The fields in order, those of the base classes first."""
    return tuple(
        Choice(
            name=each.name,
            kind=str(each.type),
            default=each.default,
            title=each.metadata["title"] or each.name.replace("_", " ").capitalize(),
            help=each.metadata["help"],
            choices=each.metadata["choices"]() if callable(each.metadata["choices"]) else each.metadata["choices"],
            least=each.metadata["least"],
            most=each.metadata["most"],
        )
        for each in dataclasses.fields(options)
    )


def as_json(options: ExportOptions) -> dict[str, Any]:
    """The options for the manifest and the settings."""
    return {each.name: _plain(getattr(options, each.name)) for each in dataclasses.fields(options)}


def from_json(options: type[ExportOptions], document: Mapping[str, Any]) -> ExportOptions:
    """The options that ``as_json`` gave; names that are not fields are ignored, missing ones have their default.

    Raises ExportError for a value that is none of the field's choices or outside its limits.
    """
    values = {}
    for choice in choices_of(options):
        if choice.name in document:
            values[choice.name] = _value(choice, document[choice.name])
    return options(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(modality.value for modality in value)
    return list(value) if isinstance(value, tuple) else value


def _value(choice: Choice, value: Any) -> Any:
    if choice.kind.startswith("frozenset"):
        known = {modality.value: modality for modality in Modality}
        unknown = [name for name in value if name not in known]
        if unknown:
            raise ExportError(f"{choice.name}: {', '.join(map(str, unknown))} is none of {', '.join(known)}")
        return frozenset(known[name] for name in value)
    if choice.kind.startswith("tuple"):
        return tuple(map(str, value))
    if choice.choices and value not in choice.choices and value is not None:
        raise ExportError(f"{choice.name}: {value} is none of {', '.join(choice.choices)}")
    if value is not None and choice.least is not None and value < choice.least:
        raise ExportError(f"{choice.name}: {value} is less than {choice.least:g}")
    if value is not None and choice.most is not None and value > choice.most:
        raise ExportError(f"{choice.name}: {value} is more than {choice.most:g}")
    return value
