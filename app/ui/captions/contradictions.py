"""Findings sorted by the caption lines they are about: which facts of a line are contradicted, and by what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from app.faces.finding import Finding, RegenerateCaption, RewriteCaption, Severity
from app.generation.caption_set import CaptionSet
from app.generation.lexicon import Fact

_ONE_ANOTHER = "caption-clashes"
"""The check that tells of captions only; who is right, the labels may know."""
_NOT_OF_LINES = {"caption-count", "caption-residue"}
"""What the panel says elsewhere, or marks by itself."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something said against one line: the finding, and the line's facts that it is about (none: the whole line)."""

    finding: Finding
    facts: frozenset[Fact]


@dataclass(frozen=True, slots=True)
class Contradictions:
    """What is held against the lines of a sample, by line (from 0)."""

    by_line: Mapping[int, tuple[Contradiction, ...]] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines that something is held against."""
        return tuple(sorted(self.by_line))

    def of(self, line: int) -> tuple[Contradiction, ...]:
        """What is held against a line, the surest first."""
        return self.by_line.get(line, ())

    def facts(self, line: int) -> frozenset[Fact]:
        """The facts of a line that are contradicted."""
        return frozenset().union(*(contradiction.facts for contradiction in self.of(line)))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding once, in the order of the lines."""
        return tuple({each.finding.key: each.finding for line in self.lines for each in self.of(line)}.values())

    def parted(self, dismissed: Collection[str]) -> tuple[Contradictions, Contradictions]:
        """What is held against the lines still, and what of it was dismissed, by the findings' keys."""
        return (
            self._those(lambda each: each.finding.key not in dismissed),
            self._those(lambda each: each.finding.key in dismissed),
        )

    def _those(self, wanted: Callable[[Contradiction], bool]) -> Contradictions:
        chosen = {line: tuple(filter(wanted, held)) for line, held in self.by_line.items()}
        return Contradictions({line: held for line, held in chosen.items() if held})


def contradictions(
    findings: Iterable[Finding], captions: CaptionSet, labels: Mapping[str, bool | None]
) -> Contradictions:
    """The findings that lines can be held responsible for.

    Where two captions contradict each other and the labels bear one out, only the other is wrong.
    """
    found: defaultdict[int, list[Contradiction]] = defaultdict(list)
    for finding in findings:
        if finding.severity is Severity.INFO or finding.check in _NOT_OF_LINES:
            continue
        for line, facts in _lines(finding, captions).items():
            if finding.check == _ONE_ANOTHER:
                facts = frozenset(fact for fact in facts if labels.get(fact.attribute) is not fact.value)
                if not facts:
                    continue
            found[line].append(Contradiction(finding, facts))
    return Contradictions({line: tuple(held) for line, held in found.items()})


def _lines(finding: Finding, captions: CaptionSet) -> dict[int, frozenset[Fact]]:
    """The lines a finding would have changed, and which of their facts."""
    lines: defaultdict[int, set[Fact]] = defaultdict(set)
    told = finding.evidence.get("facts")
    names = told if isinstance(told, tuple) else ()
    for repair in finding.repairs:
        if isinstance(repair, RewriteCaption):
            lines[repair.index].add(Fact(repair.attribute, repair.value))
        elif isinstance(repair, RegenerateCaption) and repair.index < len(captions.readings):
            said = {claim.fact for claim in captions.readings[repair.index].claims}
            facts = {fact for fact in said if str(fact) in names}
            if facts or not names:
                lines[repair.index] |= facts
    if not finding.repairs:
        lines.update(_lines_named(finding, len(captions.readings)))
    return {line: frozenset(facts) for line, facts in lines.items()}


def _lines_named(finding: Finding, count: int) -> dict[int, set[Fact]]:
    """The lines that the evidence names, from 1: of a check that offers no repair, as those of packages may be."""
    told = finding.evidence.get("captions", finding.evidence.get("caption"))
    numbers = told if isinstance(told, tuple | list) else (told,)
    whole = {number for number in numbers if isinstance(number, int) and not isinstance(number, bool)}
    return {number - 1: set() for number in whole if 1 <= number <= count}
