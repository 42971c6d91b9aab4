"""A check of a third party: captions that call a face ugly."""

from __future__ import annotations

from collections.abc import Iterator

from app.faces.finding import Finding, Severity
from app.faces.sample import Modality
from app.inspection.case import Case
from app.inspection.check import Check


def impolite_captions(case: Case) -> Iterator[Finding]:
    """One finding per caption."""
    assert case.captions is not None  # the check needs captions
    for number, text in enumerate(case.captions.texts, start=1):
        if "ugly" in text.casefold():
            yield Finding(
                sample=case.sample,
                check=POLITE.name,
                severity=Severity.WARNING,
                score=0.9,
                message=f"Caption {number} is impolite.",
                subject=text,
                evidence={"caption": number},
            )


POLITE = Check(
    "polite", "Impolite captions", "A caption calls a face ugly.", frozenset({Modality.CAPTIONS}), impolite_captions
)
