"""The captions as a file: ten lines, none empty, none twice, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from app.faces.captions import CAPTIONS_PER_SAMPLE
from app.faces.finding import Finding, RegenerateCaption, Severity
from app.inspection.case import Case
from app.inspection.wording import caption_numbers


def caption_count(case: Case) -> Iterator[Finding]:
    """There are not ten captions, or some lines are empty: loaders skip those and then have too few."""
    texts = case.reading.texts
    empty = tuple(index for index, text in enumerate(texts) if not text.strip())
    written = len(texts) - len(empty)
    if written == CAPTIONS_PER_SAMPLE and not empty:
        return
    missing = max(0, CAPTIONS_PER_SAMPLE - written)
    if not written:
        message = "The caption file is empty."
    elif empty:
        message = f"{caption_numbers(empty).capitalize()} {'is' if len(empty) == 1 else 'are'} empty."
    else:
        message = f"There are {written} captions, not {CAPTIONS_PER_SAMPLE}."
    additions = range(len(texts), max(len(texts), CAPTIONS_PER_SAMPLE))
    yield Finding(
        sample=case.sample,
        check="caption-count",
        severity=Severity.ERROR if missing else Severity.WARNING,
        score=1.0 if missing else 0.5,
        message=message,
        subject=f"{len(texts)} {empty}",
        evidence={"captions": written, "lines": len(texts), "empty": tuple(index + 1 for index in empty)},
        suggestion="Write the missing captions." if missing else "Take the empty or additional lines out.",
        repairs=tuple(RegenerateCaption(index) for index in (*empty, *additions)) if missing else (),
    )


def caption_repeats(case: Case) -> Iterator[Finding]:
    """The same words twice: loaders that see words alone cannot tell the captions apart."""
    for captions in case.reading.repeats:
        first = case.reading.texts[captions[0]]
        is_exact = all(case.reading.texts[index] == first for index in captions)
        how = "are the same" if is_exact else "have the same words"
        yield Finding(
            sample=case.sample,
            check="caption-repeats",
            severity=Severity.WARNING,
            score=0.7,
            message=f"{caption_numbers(captions).capitalize()} {how}.",
            subject=first,
            evidence={"captions": tuple(index + 1 for index in captions), "exact": is_exact},
            suggestion=f"Write {caption_numbers(captions[1:])} anew.",
            repairs=tuple(RegenerateCaption(index) for index in captions[1:]),
        )


def caption_sentences(case: Case) -> Iterator[Finding]:
    """Captions of more than one sentence: half of the released ones, harmless, good to know for one-line models."""
    counts = {index: reading.sentences for index, reading in enumerate(case.reading.readings) if reading.sentences > 1}
    if counts:
        verb = "has" if len(counts) == 1 else "have"
        yield Finding(
            sample=case.sample,
            check="caption-sentences",
            severity=Severity.INFO,
            score=0.05,
            message=f"{caption_numbers(tuple(counts)).capitalize()} {verb} more than one sentence.",
            subject="sentences",
            evidence={"captions": tuple(index + 1 for index in counts), "sentences": tuple(counts.values())},
        )
