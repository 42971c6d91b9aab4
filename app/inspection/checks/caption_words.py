"""The words of each caption alone: those that are not known, sentences that break off, contradictions."""

from __future__ import annotations

from collections.abc import Iterator

from app.faces.finding import Finding, RegenerateCaption, RewriteCaption, Severity
from app.generation.reading import Reading
from app.inspection.case import Case
from app.inspection.wording import caption_numbers, fact_in_words, listed, told_by


def caption_residue(case: Case) -> Iterator[Finding]:
    """Words outside the grammar: a slip of the keyboard, a line of another dataset, or simply somebody's own words."""
    for index, (text, reading) in enumerate(zip(case.reading.texts, case.reading.readings, strict=True)):
        words = tuple(text[start:end] for start, end in reading.residue)
        if words:
            share = _share_unread(text, reading)
            yield Finding(
                sample=case.sample,
                check="caption-residue",
                severity=Severity.WARNING if share < 0.5 else Severity.INFO,
                score=0.5 if share < 0.5 else 0.2,
                message=(
                    f"Caption {index + 1} says {listed(f'“{word}”' for word in words)},"
                    f" {'a word' if len(words) == 1 else 'words'} these checks do not know."
                ),
                subject=text,
                evidence={"caption": index + 1, "words": words, "places": _places(reading.residue)},
                suggestion="Correct the spelling, or leave it if the words are meant.",
            )


def caption_slips(case: Case) -> Iterator[Finding]:
    """Sentences that are not whole, as a defect of the released captions has them: “She and wears a hat has bangs.”"""
    for index, (text, reading) in enumerate(zip(case.reading.texts, case.reading.readings, strict=True)):
        if reading.slips:
            what = listed(f"one that {slip.what} (“{text[slip.start : slip.end]}”)" for slip in reading.slips)
            words = tuple(text[slip.start : slip.end] for slip in reading.slips)
            yield Finding(
                sample=case.sample,
                check="caption-slips",
                severity=Severity.WARNING,
                score=0.8,
                message=f"Caption {index + 1} has {what.replace('one', 'a sentence', 1)}.",
                subject=text,
                evidence={"caption": index + 1, "words": words, "places": _places(reading.slips)},
                suggestion=f"Write caption {index + 1} anew.",
                repairs=(RegenerateCaption(index),),
            )


def caption_clashes(case: Case) -> Iterator[Finding]:
    """Two things that cannot both be so, said in one caption or two; labels that say both are to blame."""
    labels = case.attributes if case.attributes is not None else {}
    for clash in case.reading.clashes:
        first, second = clash.first, clash.second
        says = (
            f"{caption_numbers(clash.first_captions).capitalize()} {_say(clash.first_captions)} {fact_in_words(*first)}"
        )
        if clash.first_captions == clash.second_captions:
            message = f"{says} and {fact_in_words(*second)}."
        else:
            others = f"{caption_numbers(clash.second_captions)} {_say(clash.second_captions)}"
            message = f"{says}, {others} {fact_in_words(*second)}."
        is_labelled = all(labels.get(fact.attribute) is fact.value for fact in (first, second))
        yield Finding(
            sample=case.sample,
            check="caption-clashes",
            severity=Severity.WARNING if is_labelled else Severity.ERROR,
            score=0.6 if is_labelled else 0.9,
            message=message,
            subject=told_by(
                case, " ".join(sorted((str(first), str(second)))), clash.first_captions, clash.second_captions
            ),
            evidence={
                "facts": (str(first), str(second)),
                "captions": tuple(index + 1 for index in sorted({*clash.first_captions, *clash.second_captions})),
                "words": tuple(dict.fromkeys(case.reading.words_for(first) + case.reading.words_for(second))),
                "labelled": is_labelled,
            },
            suggestion="Decide for one of the two in attributes and captions."
            if is_labelled
            else "Take one of the two out.",
            repairs=(
                *(RewriteCaption(index, *first) for index in clash.first_captions),
                *(RewriteCaption(index, *second) for index in clash.second_captions),
            ),
        )


def _say(captions: tuple[int, ...]) -> str:
    return "says" if len(captions) == 1 else "say"


def _places(spans: tuple[tuple[object, ...], ...]) -> tuple[tuple[int, int], ...]:
    """Where words stand, start and end in characters from 0."""
    return tuple((start, end) for *_, start, end in spans if isinstance(start, int) and isinstance(end, int))


def _share_unread(text: str, reading: Reading) -> float:
    """The share of a caption's letters that is residue: a caption of another kind is mostly that."""
    return sum(end - start for start, end in reading.residue) / max(1, len(text.replace(" ", "")))
