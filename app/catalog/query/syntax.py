"""The search language as values: what a search means, apart from how it was written.

Every node knows which characters of the text it came from (``start``, ``end``); two nodes are equal when they mean the
same, wherever they stand. ``str(node)`` writes a node so that parsing it gives the node again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from app.catalog.query.vocabulary import ANGLES, CLASS_MEASURES, KEYWORDS
from app.faces.classes import CLASSES

CAPTIONS, TABLES, CONTENTS = "captions", "tables", "contents"
"""The parts of a catalog that a search may need."""

_PLAIN_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_PLAIN_NAME = re.compile(r"[^\W_]\w*(?:[-.]\w+)*")
_RANGE = re.compile(r"[0-9]+-[0-9]+")


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a search: characters ``start`` up to ``end`` of its text."""

    start: int = field(default=0, compare=False, repr=False, kw_only=True)
    end: int = field(default=0, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class And(Node):
    """Every part holds."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(_grouped(part, And, Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or(Node):
    """At least one part holds."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " or ".join(_grouped(part, Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The part does not hold."""

    part: Node

    def __str__(self) -> str:
        return "-" + _grouped(self.part, And, Or)


@dataclass(frozen=True, slots=True)
class Words(Node):
    """Words that follow each other; ``prefix``: the last one may go on."""

    text: str
    prefix: bool = False

    def __str__(self) -> str:
        plain = _PLAIN_WORD.fullmatch(self.text) and self.text.casefold() not in KEYWORDS
        return (self.text if plain else quoted(self.text)) + "*" * self.prefix


@dataclass(frozen=True, slots=True)
class Caption(Node):
    """One caption of the sample has all of the words."""

    words: tuple[Words, ...]

    def __str__(self) -> str:
        return str(self.words[0]) if len(self.words) == 1 else f"caption:({' '.join(map(str, self.words))})"


@dataclass(frozen=True, slots=True)
class Note(Node):
    """The sample's note has the words."""

    words: Words

    def __str__(self) -> str:
        return f"note:{self.words}"


@dataclass(frozen=True, slots=True)
class HasClass(Node):
    """The mask has at least one of the classes (official ids 0…18)."""

    ids: tuple[int, ...]

    def __str__(self) -> str:
        return "class:" + ",".join(CLASSES[class_id].name for class_id in self.ids)


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name as it was typed; ``prefix``: every name that begins so."""

    text: str
    prefix: bool = False

    def __str__(self) -> str:
        plain = _PLAIN_NAME.fullmatch(self.text) and not _RANGE.fullmatch(self.text)
        return (self.text if plain else quoted(self.text)) + "*" * self.prefix


@dataclass(frozen=True, slots=True)
class HasAttribute(Node):
    """At least one of the attributes is ``yes``, ``no`` or ``unknown``."""

    names: tuple[Name, ...]
    value: str = "yes"

    def __str__(self) -> str:
        return "attr:" + ",".join(map(str, self.names)) + ("" if self.value == "yes" else f"={self.value}")


@dataclass(frozen=True, slots=True)
class Named(Node):
    """A split, state, tag, finding or thing (``field``) of the sample is one of those named."""

    field: str
    names: tuple[Name, ...]

    def __str__(self) -> str:
        return f"{self.field}:{','.join(map(str, self.names))}"


@dataclass(frozen=True, slots=True)
class Flag(Node):
    """The sample is (or is not) ``edited`` or ``unsaved``."""

    field: str
    value: bool

    def __str__(self) -> str:
        return f"{self.field}:{'yes' if self.value else 'no'}"


@dataclass(frozen=True, slots=True)
class IdRange(Node):
    """The numbers from ``low`` to ``high``, both included."""

    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low}-{self.high}"


@dataclass(frozen=True, slots=True)
class Ids(Node):
    """The sample's ``id``, or its number in the original ``celeba``, is among those listed."""

    field: str
    items: tuple[Name | IdRange, ...]

    def __str__(self) -> str:
        return f"{self.field}:{','.join(map(str, self.items))}"


@dataclass(frozen=True, slots=True)
class Measure(Node):
    """A number every sample has: ``area(hair)``, ``count(captions)``, ``yaw``; for sorting also ``similar(17)``."""

    name: str
    argument: str = ""

    def __str__(self) -> str:
        argument = str(Name(self.argument)) if self.name == "similar" else self.argument
        return f"{self.name}({argument})" if self.argument else self.name


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """The measure stands in relation ``operator`` to ``value``; areas in ``%`` of the mask or ``px``."""

    measure: Measure
    operator: str
    value: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.measure}{self.operator}{format(Decimal(repr(self.value)).normalize(), 'f')}{self.unit}"


@dataclass(frozen=True, slots=True)
class Saved(Node):
    """What a saved search says."""

    name: str
    query: Query

    def __str__(self) -> str:
        return f"@{Name(self.name)}"


@dataclass(frozen=True, slots=True)
class SortKey(Node):
    """An order of the hits; samples without the measure come last either way."""

    measure: Measure
    descending: bool = False

    def __str__(self) -> str:
        return f"sort:{self.measure}{' desc' if self.descending else ''}"


@dataclass(frozen=True, slots=True)
class Query(Node):
    """A whole search. ``root`` None is every sample; ``sort`` is empty where the dataset's own order holds."""

    root: Node | None = None
    sort: tuple[SortKey, ...] = ()

    def __str__(self) -> str:
        return " ".join([str(self.root)] * (self.root is not None) + [str(key) for key in self.sort])

    @property
    def needs(self) -> frozenset[str]:
        """The parts of the catalog without which no sample can be judged, whatever the dataset.

        ``class:`` is not counted: most datasets tell their classes by file names (``needs_of`` knows the rest).
        """
        return frozenset(part for part in map(_part_of, self.nodes()) if part)

    @property
    def asks_marks(self) -> bool:
        """Whether it asks for what the user did: review marks, edits."""
        return any(_is_of_marks(node) for node in self.nodes())

    @property
    def asks_findings(self) -> bool:
        """Whether it asks for what checks found."""
        return any(_is_of_findings(node) for node in self.nodes())

    def nodes(self) -> Iterator[Node]:
        """Every node, those of saved searches and the measures to sort by included."""
        if self.root is not None:
            yield from walk(self.root)
        for key in self.sort:
            yield key.measure


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, saved searches included."""
    yield node
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from walk(part)
        case Not(part):
            yield from walk(part)
        case Comparison(measure):
            yield measure
        case Saved(_, query):
            yield from query.nodes()


def quoted(text: str) -> str:
    """The text between quotation marks."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _grouped(part: Node, *kinds: type[Node]) -> str:
    return f"({part})" if isinstance(part, kinds) else str(part)


def _is_of_marks(node: Node) -> bool:
    match node:
        case Note() | Flag() | Named("state" | "tag") | Measure("state") | Measure("count", "tags"):
            return True
        case Named("has" | "missing", names):
            return any(name.text in ("note", "tags") for name in names)
    return False


def _is_of_findings(node: Node) -> bool:
    match node:
        case Named("finding") | Measure("count", "findings"):
            return True
        case Named("has" | "missing", names):
            return any(name.text == "findings" for name in names)
    return False


def _part_of(node: Node) -> str | None:
    match node:
        case Caption() | Measure("count", "captions"):
            return CAPTIONS
        case HasAttribute() | Ids("celeba") | Measure("celeba") | Measure("count", "attributes"):
            return TABLES
        case Measure(name) if name in ANGLES:
            return TABLES
        case Named("has" | "missing", names) if any(name.text in ("attributes", "pose") for name in names):
            return TABLES
        case Measure(name) if name in CLASS_MEASURES or name == "similar":
            return CONTENTS
        case HasClass(ids) if 0 in ids:
            return CONTENTS
    return None
