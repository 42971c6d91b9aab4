"""Why a sample is a hit: for each term that holds, what it found, in words and with the places in the captions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.catalog.query.evaluate import Judge, Searched, is_meant
from app.catalog.query.measures import measured
from app.catalog.query.parser import parse
from app.catalog.query.search import sort_values
from app.catalog.query.syntax import (
    And,
    Caption,
    Comparison,
    Flag,
    HasAttribute,
    HasClass,
    Ids,
    Measure,
    Named,
    Node,
    Not,
    Note,
    Or,
    Query,
    Saved,
    SortKey,
)
from app.catalog.query.vocabulary import ANGLES, MEASURES, folded
from app.catalog.query.words import match_of, spans_of
from app.faces.classes import CLASSES
from app.faces.sample import SampleId


@dataclass(frozen=True, slots=True)
class Reason:
    """``term`` of the search holds since ``text``. ``caption`` is the line it was found in (from 0), else None.

    ``spans`` are the places in ``text``, from character to character, that the words of the term matched.
    """

    term: str
    text: str
    caption: int | None = None
    spans: tuple[tuple[int, int], ...] = ()


class Explainer:
    """Explains the hits of one search. The terms are judged once, for all samples."""

    def __init__(self, catalog: Searched, query: Query | str) -> None:
        self._catalog = catalog
        self._query = parse(query) if isinstance(query, str) else query
        self._judge = Judge(catalog)
        self._columns = self._judge.columns

    def reasons(self, sample: SampleId) -> list[Reason]:
        """What speaks for the sample, and the values it is sorted by; empty for a sample that is not known.

        Terms that exclude give no reason. Raises QueryError.
        """
        row = self._columns.row_of.get(sample)
        if row is None:
            return []
        found = [] if self._query.root is None else list(self._of(self._query.root, row, sample))
        texts = {reason.text for reason in found}
        for key in self._query.sort:
            reason = self._sorted_by(key, row)
            if reason is not None and reason.text not in texts:  # a value compared and sorted by is told once
                found.append(reason)
        return list(dict.fromkeys(found))

    def _sorted_by(self, key: SortKey, row: int) -> Reason | None:
        measure = key.measure
        if measure.name == "similar":
            distance = sort_values(self._columns, measure)[row]
            return Reason(str(key), f"distance to {measure.argument}: {distance:.3f}")
        return Reason(str(key), self._value(measure, row, "%")) if measure.name in MEASURES else None

    def _of(self, node: Node, row: int, sample: SampleId) -> Iterator[Reason]:
        if isinstance(node, Not) or not self._judge.truth(node).yes[row]:
            return
        match node:
            case And(parts) | Or(parts):
                for part in parts:
                    yield from self._of(part, row, sample)
            case Saved(_, query):
                if query.root is not None:
                    yield from self._of(query.root, row, sample)
            case Caption(words):
                texts = self._catalog.captions_of(sample)
                for line in self._catalog.lines_with(match_of(words), sample):
                    spans = {span for each in words for span in spans_of(each, texts[line])}
                    yield Reason(str(node), texts[line], line, tuple(sorted(spans)))
            case Note(words):
                note = self._columns.notes[row]
                yield Reason(str(node), note, spans=tuple(spans_of(words, note)))
            case Comparison(measure, _, _, unit):
                yield Reason(str(node), self._value(measure, row, unit))
            case _:
                yield Reason(str(node), self._fact(node, row))

    def _value(self, measure: Measure, row: int, unit: str) -> str:
        numbers, known = measured(self._columns, measure, unit)
        number = float(numbers[row])
        name = measure.argument or measure.name
        if not known[row]:
            return f"{name} is not indexed yet"
        if number != number:
            return f"{name} is not known of this sample"
        if measure.name == "count":
            return f"{number:.0f} {name}"
        if measure.name in ANGLES:
            return f"{name} {number:.1f}°"
        amount = f"{number:,.0f} px" if unit == "px" else f"{number:.3g} %"
        return f"{name} covers {amount}" if measure.name == "area" else f"{name} shows on {amount}"

    def _fact(self, node: Node, row: int) -> str:
        columns = self._columns
        match node:
            case HasClass(ids):
                there = int(columns.classes[row])
                named = [CLASSES[i].name for i in ids if not i or there & CLASSES[i].bit]
                return f"has {', '.join(named)}"
            case HasAttribute(names, value):
                wanted = {folded(name.text) for name in names}
                bit_of = {name: 1 << at for at, name in enumerate(columns.attribute_names) if folded(name) in wanted}
                yes, known = int(columns.yes[row]), int(columns.known[row])
                held = {"yes": yes, "no": known & ~yes, "unknown": ~known}[value]
                return ", ".join(f"{name}: {value}" for name, bit in bit_of.items() if held & bit)
            case Named("tag" | "finding" as field, names):
                labels = columns.tags if field == "tag" else columns.findings
                held_labels = [label for label, marks in labels.items() if marks[row]]
                return f"{field}: " + ", ".join(each for each in held_labels if any(is_meant(n, each) for n in names))
            case Named("split"):
                at = int(columns.split[row])
                return f"split: {columns.split_names[at] if at >= 0 else 'none'}"
            case Named("has" | "missing" as field, names):
                return f"{'has' if field == 'has' else 'lacks'} " + " or ".join(name.text for name in names)
            case Flag(field, value):
                return field if value else f"not {field}"
            case Ids("celeba"):
                stems = [stem for stem, at in columns.celeba.items() if at == row]
                return f"{', '.join(stems)} in CelebA"
            case Ids():
                return f"sample {columns.ids[row]}"
        return str(node)


def explain(catalog: Searched, query: Query | str, sample: SampleId) -> list[Reason]:
    """Why the search holds for the sample; ``Explainer`` is quicker for many. Raises QueryError."""
    return Explainer(catalog, query).reasons(sample)
