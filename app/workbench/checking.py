"""Checks over the samples of a dataset: each is read as far as the checks need it, and what they find is gathered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from app.document.document import Document
from app.faces.errors import FaceDataError
from app.faces.finding import Finding, Severity
from app.faces.sample import Modality, SampleId
from app.generation.reading import Reader
from app.inspection.case import Case
from app.inspection.check import Check, inspect
from app.jobs import Progress, Silent
from app.workbench.bulk import captions_of, each

_WORST_FIRST = tuple(Severity)


@dataclass(slots=True)
class CheckReport:
    """What was found, the surest first; how many samples were looked at; which could not be read, and why.

    ``failed`` names checks that raised something, with what and where it was first; the others went on.
    ``dismissed`` are the keys of findings that somebody looked at and let stand, whether or not these are listed.
    """

    findings: list[Finding] = field(default_factory=list)
    looked_at: int = 0
    skipped: dict[SampleId, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    dismissed: set[str] = field(default_factory=set)


def check_samples(
    document: Document,
    checks: Iterable[Check],
    *,
    ids: Iterable[SampleId] | None = None,
    at_least: Severity = Severity.INFO,
    with_dismissed: bool = False,
    reader: Reader | None = None,
    progress: Progress | None = None,
) -> CheckReport:
    """What the checks find in ``ids``, or every sample, that is at least so severe. Nothing is changed or opened.

    What the review marks call dismissed is left out of the findings unless ``with_dismissed``. Captions are read by
    ``reader``, or in the words of the shipped grammars.
    """
    progress = progress or Silent()
    checks = tuple(checks)
    needed = frozenset[Modality]().union(*(check.needs | check.uses for check in checks))
    severities = _WORST_FIRST[: _WORST_FIRST.index(at_least) + 1]
    report = CheckReport()
    samples = each(ids, document)
    for done, sample in enumerate(samples):
        progress.report(done, len(samples), f"sample {sample}")
        try:
            case = case_of(document, sample, needed, reader)
        except (OSError, FaceDataError) as error:
            report.skipped[sample] = str(error)
            continue
        report.looked_at += 1
        for check in checks:
            found, why = _asked(check, case)
            _gather(report, found, severities, document.marks.review(sample).dismissed, with_dismissed=with_dismissed)
            if why is not None:
                report.failed.setdefault(check.name, why)
    progress.report(len(samples), len(samples))
    report.findings.sort(key=lambda finding: -finding.score)
    return report


def _gather(
    report: CheckReport,
    found: Iterable[Finding],
    severities: Collection[Severity],
    dismissed: Collection[str],
    *,
    with_dismissed: bool,
) -> None:
    for finding in found:
        if finding.severity in severities:
            is_dismissed = finding.key in dismissed
            if is_dismissed:
                report.dismissed.add(finding.key)
            if with_dismissed or not is_dismissed:
                report.findings.append(finding)


def _asked(check: Check, case: Case) -> tuple[tuple[Finding, ...], str | None]:
    """What the check finds, or nothing and why: a check of another package may raise anything."""
    try:
        return inspect(case, (check,)), None
    except FaceDataError as error:
        return (), str(error)
    except Exception as error:
        return (), f"it fails at sample {case.sample}: {type(error).__name__}: {error}"


def case_of(
    document: Document, sample: SampleId, modalities: Collection[Modality], reader: Reader | None = None
) -> Case:
    """The sample as checks see it, unsaved edits included, with those modalities. A sample that is closed stays so."""
    is_open = document.is_open(sample)
    store = document.store

    def wanted(modality: Modality) -> bool:
        return modality in modalities and store.has(sample, modality)

    attributes = mask = None
    if Modality.ATTRIBUTES in modalities:
        attributes = document.attributes(sample) if is_open else store.read_attributes(sample).value
    if wanted(Modality.MASK):
        mask = document.mask(sample) if is_open else store.read_mask(sample).value
    return Case(
        sample,
        captions=captions_of(document, sample) if Modality.CAPTIONS in modalities else None,
        attributes=attributes,
        mask=mask,
        photo=store.read_photo(sample).value if wanted(Modality.PHOTO) else None,
        sketch=store.read_sketch(sample).value if wanted(Modality.SKETCH) else None,
        reader=reader,
    )
