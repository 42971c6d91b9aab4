"""Attributes and captions held against what is seen: the mask, and the photo under it. Worth a look, never an error."""

from __future__ import annotations

from collections.abc import Iterator

from app.faces.finding import Finding, RewriteCaption, SetAttribute, Severity
from app.inspection.case import Case
from app.inspection.evidence import painted_evidence, seen_evidence
from app.inspection.testimony import Evidence, Strength
from app.inspection.wording import caption_numbers, fact_in_words, told_by


def attributes_against_mask(case: Case) -> Iterator[Finding]:
    """The attribute says what the mask, or the photo, does not bear out."""
    if case.attributes is None:
        return
    for evidence in seen_evidence(case):
        label = case.attributes.get(evidence.attribute)
        if label is (not evidence.value):
            yield Finding(
                sample=case.sample,
                check="attributes-against-mask",
                severity=_severity(evidence),
                score=evidence.strength.value,
                message=f"The attribute says {fact_in_words(evidence.attribute, label)}, but {evidence.text}.",
                subject=f"{evidence.attribute} {label} {evidence.modality.value}",
                evidence={"attribute": evidence.attribute, "label": label, **_details(evidence)},
                region=evidence.region,
                suggestion="Change the attribute, or the mask.",
                repairs=(SetAttribute(evidence.attribute, evidence.value),),
            )


def captions_against_mask(case: Case) -> Iterator[Finding]:
    """The captions say what the mask does not bear out; weak evidence, as all of colours is, is left to the labels."""
    for evidence in painted_evidence(case):
        captions = case.reading.captions_that_say(evidence.attribute, not evidence.value)
        if captions and evidence.strength is not Strength.WEAK:
            verb = "says" if len(captions) == 1 else "say"
            said = fact_in_words(evidence.attribute, not evidence.value)
            yield Finding(
                sample=case.sample,
                check="captions-against-mask",
                severity=_severity(evidence),
                score=evidence.strength.value - 0.05,
                message=f"{caption_numbers(captions).capitalize()} {verb} {said}, but {evidence.text}.",
                subject=told_by(case, f"{evidence.attribute} {not evidence.value}", captions),
                evidence={
                    "attribute": evidence.attribute,
                    "captions": tuple(index + 1 for index in captions),
                    **_details(evidence),
                },
                region=evidence.region,
                suggestion="Change the captions, or the mask.",
                repairs=tuple(RewriteCaption(index, evidence.attribute, not evidence.value) for index in captions),
            )


def _severity(evidence: Evidence) -> Severity:
    return Severity.INFO if evidence.strength is Strength.WEAK else Severity.WARNING


def _details(evidence: Evidence) -> dict[str, str | float | None]:
    return {"seen": evidence.text, "class": evidence.face_class, "measure": evidence.measure}
