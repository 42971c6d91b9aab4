"""Which samples a search holds for, judged over the catalog's columns for all samples at once.

A term is true, false or not known of a sample; not known means that the file which decides it was not read yet.
``not``, ``and`` and ``or`` follow Kleene: an unknown part makes the whole unknown unless the rest decides it alone.
Where the dataset itself has no answer, that is known: a sample without a mask has no area of hair, so
``area(hair)<10%`` is false of it and ``-area(hair)<10%`` true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from app.catalog.columns import STATE_NUMBER, Columns, Marks, Rows
from app.catalog.query.measures import captions_known, measured
from app.catalog.query.syntax import (
    And,
    Caption,
    Comparison,
    Flag,
    HasAttribute,
    HasClass,
    IdRange,
    Ids,
    Measure,
    Name,
    Named,
    Node,
    Not,
    Note,
    Or,
    Query,
    Saved,
)
from app.catalog.query.vocabulary import NOTHING, closest, either, folded
from app.catalog.query.words import match_of, spans_of
from app.faces.errors import QueryError
from app.faces.review import ReviewState
from app.faces.sample import Modality, SampleId

_MODALITY_NAMES = {modality.value: modality for modality in Modality}
_TABLED = (Modality.ATTRIBUTES, Modality.POSE)
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    "=": np.equal,
    "!=": np.not_equal,
    ">=": np.greater_equal,
    ">": np.greater,
}
_MOST_DIGITS = 18


class Searched(Protocol):
    """What a search asks of a catalog."""

    @property
    def columns(self) -> Columns:
        """One row per sample, in natural order."""
        ...

    def rows_with(self, match: str, limit: int | None = None) -> Rows:
        """The rows with a caption that matches an expression made of ``phrase``."""
        ...

    def captions_of(self, sample: SampleId) -> list[str]:
        """The sample's captions in file order."""
        ...

    def lines_with(self, match: str, sample: SampleId) -> list[int]:
        """Which of the sample's captions match, counted from 0."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Per sample: ``yes``, or ``unknown`` (None: all are known). Never both."""

    yes: Marks
    unknown: Marks | None = None

    @classmethod
    def known_where(cls, yes: Marks, known: Marks) -> Truth:
        """``yes`` as far as it is known."""
        return cls(yes) if known.all() else cls(yes & known, ~known)

    def negated(self) -> Truth:
        """True where this is false."""
        return Truth(~self.yes) if self.unknown is None else Truth(~(self.yes | self.unknown), self.unknown)

    def and_(self, other: Truth) -> Truth:
        """True where both are, false where one is."""
        yes = self.yes & other.yes
        if self.unknown is None and other.unknown is None:
            return Truth(yes)
        return Truth(yes, self._possible() & other._possible() & ~yes)

    def or_(self, other: Truth) -> Truth:
        """True where one is, false where both are."""
        return self.negated().and_(other.negated()).negated()

    def _possible(self) -> Marks:
        return self.yes if self.unknown is None else self.yes | self.unknown


class Judge:
    """Judges the nodes of one search; a term that comes twice is looked up once.

    ``notes`` are hints about names that no sample has, which is no error: a tag may come later.
    """

    def __init__(self, catalog: Searched) -> None:
        self._catalog = catalog
        self.columns = catalog.columns
        self.notes: list[str] = []
        self._judged: dict[Node, Truth] = {}

    def truth(self, node: Node | None) -> Truth:
        """What is known of the node for every sample. Raises QueryError for names the dataset does not have."""
        if node is None:
            return Truth(np.ones(len(self.columns), np.bool_))
        found = self._judged.get(node)
        if found is None:
            found = self._judged[node] = self._truth(node)
        return found

    def _truth(self, node: Node) -> Truth:
        match node:
            case And(parts):
                return self._joined(parts, Truth.and_)
            case Or(parts):
                return self._joined(parts, Truth.or_)
            case Not(part):
                return self.truth(part).negated()
            case Saved(name, query):
                try:
                    return self.truth(query.root)
                except QueryError as error:
                    raise QueryError(f"in @{name}: {error}", node.start, node.end) from error
            case Caption(words):
                marks = np.zeros(len(self.columns), np.bool_)
                rows = self._catalog.rows_with(match_of(words))
                marks[rows[rows < len(marks)]] = True
                return Truth.known_where(marks, captions_known(self.columns))
            case Note(words):
                return Truth(self._marks(row for row, text in self.columns.notes.items() if spans_of(words, text)))
            case HasClass(ids):
                return self._has_class(ids)
            case HasAttribute(names, value):
                return self._has_attribute(names, value)
            case Named(field, names):
                return self._named(field, names)
            case Flag(field, value):
                marks = self.columns.edited if field == "edited" else self.columns.unsaved
                return Truth(marks.copy() if value else ~marks)
            case Ids(field, items):
                return self._ids(field, items)
            case Comparison(measure, operator, value, unit):
                numbers, known = measured(self.columns, measure, unit)
                there = ~np.isnan(numbers)
                return Truth.known_where(_COMPARE[operator](numbers, value) & there, known)
        raise AssertionError(f"{node!r} is no part of a search")

    def _joined(self, parts: tuple[Node, ...], join: Callable[[Truth, Truth], Truth]) -> Truth:
        whole = self.truth(parts[0])
        for part in parts[1:]:
            whole = join(whole, self.truth(part))
        return whole

    def _marks(self, rows: Iterable[int]) -> Marks:
        marks = np.zeros(len(self.columns), np.bool_)
        marks[np.fromiter(rows, np.int64)] = True
        return marks

    def _has_class(self, ids: tuple[int, ...]) -> Truth:
        columns = self.columns
        bits = np.uint32(sum(1 << (class_id - 1) for class_id in set(ids) if class_id))
        truth = Truth.known_where((columns.classes & bits) != 0, columns.classes_known)
        if 0 in ids:
            background = Truth.known_where(columns.seen[:, 0] > 0, columns.known_for("contents"))
            return truth.or_(background) if bits else background
        return truth

    def _has_attribute(self, names: tuple[Name, ...], value: str) -> Truth:
        columns = self.columns
        numbers = {folded(name): number for number, name in enumerate(columns.attribute_names)}
        bits = 0
        for name in names:
            number = numbers.get(folded(name.text))
            if number is not None:
                bits |= 1 << number
            elif columns.attribute_names:
                raise _no_such("attribute", name, columns.attribute_names)
            elif columns.tabled.all():
                raise QueryError("the dataset has no attributes", name.start, name.end)
        wanted = np.uint64(bits)
        match value:
            case "yes":
                held = columns.yes & wanted
            case "no":
                held = columns.known & ~columns.yes & wanted
            case _:
                held = ~columns.known & wanted
        return Truth.known_where(held != 0, columns.tabled)

    def _named(self, field: str, names: tuple[Name, ...]) -> Truth:
        columns = self.columns
        match field:
            case "split":
                return Truth(self._splits(names))
            case "state":
                wanted = [STATE_NUMBER[ReviewState(name.text)] for name in names]
                return Truth(np.isin(columns.state, wanted))
            case "tag":
                return Truth(self._labelled(columns.tags, field, names))
            case "finding":
                return Truth.known_where(self._labelled(columns.findings, field, names), columns.inspected)
        things = [self._thing(name.text) for name in names]
        return _any_of(things if field == "has" else [thing.negated() for thing in things])

    def _thing(self, name: str) -> Truth:
        columns = self.columns
        modality = _MODALITY_NAMES.get(name)
        if modality is not None:
            has = columns.has(modality)
            return Truth.known_where(has, columns.tabled) if modality in _TABLED else Truth(has)
        match name:
            case "split":
                return Truth(columns.split >= 0)
            case "note":
                return Truth(self._marks(columns.notes))
            case "tags":
                return Truth(_union(columns.tags.values(), len(columns)))
        return Truth.known_where(_union(columns.findings.values(), len(columns)), columns.inspected)

    def _splits(self, names: tuple[Name, ...]) -> Marks:
        columns = self.columns
        wanted: list[int] = []
        for name in names:
            found = [at for at, known in enumerate(columns.split_names) if is_meant(name, known)]
            if not found and name.text.casefold() == NOTHING:
                found = [-1]
            elif not found and not columns.split_names:
                raise QueryError("the dataset defines no splits", name.start, name.end, NOTHING)
            elif not found:
                raise _no_such("split", name, (*columns.split_names, NOTHING))
            wanted += found
        return np.isin(columns.split, wanted)

    def _labelled(self, labels: Mapping[str, Marks], field: str, names: tuple[Name, ...]) -> Marks:
        meant = [label for name in names for label in labels if is_meant(name, label)]
        for name in names:
            if not any(is_meant(name, label) for label in labels):
                close = closest(name.text, labels)
                hint = f"; did you mean {either(close)}?" if close else ""
                if field == "finding" and not self.columns.inspected.all():
                    continue  # that not all were looked at is told by the count of the unknown
                self.notes.append(f"no sample has the {field} {name.text}{hint}")
        return _union((labels[label] for label in meant), len(self.columns))

    def _ids(self, field: str, items: tuple[Name | IdRange, ...]) -> Truth:
        columns = self.columns
        if field == "celeba":
            rows = np.fromiter(columns.celeba.values(), np.int64, len(columns.celeba))
            by_text: Mapping[str, int] = columns.celeba
            numbers = _numbers_of(tuple(columns.celeba))
        else:
            rows, by_text, numbers = np.arange(len(columns)), columns.row_of, _numbers_of(columns.ids)
        marks = np.zeros(len(columns), np.bool_)
        for item in items:
            match item:
                case IdRange(low, high) if str(item) in by_text:
                    marks[by_text[str(item)]] = True
                case IdRange(low, high):
                    marks[rows[(numbers >= low) & (numbers <= high)]] = True
                case Name(text, prefix):
                    if prefix:
                        marks |= self._marks(row for known, row in by_text.items() if known.startswith(text))
                    elif text in by_text:
                        marks[by_text[text]] = True
                    elif text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
                        marks[rows[numbers == int(text)]] = True
        return Truth(marks) if field == "id" else Truth.known_where(marks, columns.tabled)


def is_meant(name: Name, label: str) -> bool:
    """Whether a typed name is the label, or with an asterisk its beginning; case does not count."""
    typed, known = name.text.casefold(), label.casefold()
    return known.startswith(typed) if name.prefix else known == typed


def needs_of(query: Query, columns: Columns) -> frozenset[str]:
    """The parts of the catalog that have to be read before no sample is unknown to the search."""
    needs = set(query.needs)
    asks_classes = any(isinstance(node, HasClass) or node == Measure("count", "classes") for node in query.nodes())
    if asks_classes and not columns.classes_known.all():
        needs.add("contents")
    return frozenset(needs)


def _any_of(truths: list[Truth]) -> Truth:
    whole = truths[0]
    for truth in truths[1:]:
        whole = whole.or_(truth)
    return whole


def _union(marks: Iterable[Marks], count: int) -> Marks:
    whole = np.zeros(count, np.bool_)
    for each in marks:
        whole |= each
    return whole


@lru_cache(maxsize=2)
def _numbers_of(ids: tuple[str, ...]) -> Rows:
    """Ids as numbers; −1 for those that are none."""
    is_number = (sample.isascii() and sample.isdecimal() and len(sample) <= _MOST_DIGITS for sample in ids)
    return np.fromiter((int(i) if n else -1 for i, n in zip(ids, is_number, strict=True)), np.int64, len(ids))


def _no_such(what: str, name: Name, known: Iterable[str]) -> QueryError:
    close = closest(name.text, known)
    hint = f"did you mean {either(close)}?" if close else f"there are {', '.join(known)}"
    told = f"the dataset has no {what} {name.text}; {hint}"
    return QueryError(told, name.start, name.end, close[0] if close else None)
