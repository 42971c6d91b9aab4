"""Captions and labels held against each other, and the labels against themselves.

The released captions were written from the labels: in 29,813 of 30,000 samples they agree in every word. Where several
labels are contradicted at once, the captions are another sample's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.faces.finding import Finding, RegenerateCaption, RewriteCaption, SetAttribute, Severity
from app.generation.lexicon import Fact, shipped_lexicon
from app.generation.planner import CaptionOptions, facts_to_tell
from app.inspection.case import Case
from app.inspection.wording import caption_numbers, fact_in_words, listed, told_by

_ANOTHER_SAMPLES = 3
"""Contradicted labels from which on the captions are taken for another sample's."""


def captions_against_attributes(case: Case) -> Iterator[Finding]:
    """The captions say what the labels deny."""
    labels = _labels(case)
    wrong = [fact for fact in case.reading.said if labels.get(fact.attribute) is (not fact.value)]
    if len(wrong) >= _ANOTHER_SAMPLES:
        captions = tuple(sorted({index for fact in wrong for index in case.reading.said[fact]}))
        yield Finding(
            sample=case.sample,
            check="captions-against-attributes",
            severity=Severity.ERROR,
            score=min(0.99, 0.9 + 0.01 * len(wrong)),
            message=f"The captions seem to be another sample's: {len(wrong)} attributes say the contrary.",
            subject=told_by(case, "all " + " ".join(sorted(map(str, wrong))), captions),
            evidence={"captions": tuple(index + 1 for index in captions), "facts": tuple(map(str, wrong))},
            suggestion="Find the captions of this sample, or write them anew from the attributes.",
            repairs=tuple(RegenerateCaption(index) for index in range(len(case.reading.texts))),
        )
        return
    for fact in wrong:
        captions = case.reading.said[fact]
        verb = "says" if len(captions) == 1 else "say"
        yield Finding(
            sample=case.sample,
            check="captions-against-attributes",
            severity=Severity.ERROR,
            score=0.9,
            message=(
                f"{caption_numbers(captions).capitalize()} {verb} {fact_in_words(*fact)}, the attribute says"
                f" {fact_in_words(fact.attribute, not fact.value)}."
            ),
            subject=told_by(case, str(fact), captions),
            evidence={
                "attribute": fact.attribute,
                "label": not fact.value,
                "captions": tuple(index + 1 for index in captions),
                "words": case.reading.words_for(fact),
            },
            suggestion="Change the attribute, or the captions.",
            repairs=(
                SetAttribute(fact.attribute, fact.value),
                *(RewriteCaption(index, *fact) for index in captions),
            ),
        )


def attributes_unmentioned(case: Case) -> Iterator[Finding]:
    """What the labels say and no caption tells: coverage, for those who train on captions alone."""
    labels = _labels(case)
    tellable = facts_to_tell(labels, shipped_lexicon("clean"), _first, CaptionOptions()).facts
    silent = [fact for fact in tellable if fact not in case.reading.said]
    if silent and case.reading.texts:
        yield Finding(
            sample=case.sample,
            check="attributes-unmentioned",
            severity=Severity.INFO,
            score=0.1,
            message=f"No caption says {listed(fact_in_words(*fact) for fact in silent)}.",
            subject=" ".join(map(str, silent)),
            evidence={"facts": tuple(map(str, silent)), "told": len(tellable) - len(silent), "tellable": len(tellable)},
        )


def attribute_clashes(case: Case) -> Iterator[Finding]:
    """Labels that cannot both be right: bald with bangs, two colours of hair, no beard with a goatee."""
    for conflict in facts_to_tell(_labels(case), shipped_lexicon("clean"), _first, CaptionOptions()).conflicts:
        told, silent = conflict.told, conflict.silent
        yield Finding(
            sample=case.sample,
            check="attribute-clashes",
            severity=Severity.WARNING,
            score=0.65,
            message=f"The attributes say {fact_in_words(*told)} and {fact_in_words(*silent)}.",
            subject=f"{told} {silent}",
            evidence={"facts": (str(told), str(silent))},
            suggestion="Decide for one of the two.",
            repairs=(SetAttribute(silent.attribute, not silent.value), SetAttribute(told.attribute, not told.value)),
        )


def _first(facts: Sequence[Fact]) -> Fact:
    """Of facts of which only one can be so, the one that is taken for so: for a finding any will do."""
    return facts[0]


def _labels(case: Case) -> Mapping[str, bool | None]:
    return case.attributes if case.attributes is not None else {}
