"""Checks over the samples of a dataset, unsaved edits included: what they find is gathered, worst first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass, field

from app.document.document import Document
from app.faces.errors import FaceDataError
from app.faces.finding import Finding, Severity
from app.faces.sample import Modality, SampleId
from app.generation.reading import Reader
from app.inspection.case import Case
from app.inspection.check import Check
from app.jobs import Progress, Silent
from app.workbench.bulk import captions_of, each
from app.workbench.findings import known_clear
from app.workbench.looking import Answer, Questions, answer_for, answers_for

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
    workers: int | None = None,
    reuse: bool = False,
    progress: Progress | None = None,
) -> CheckReport:
    """What the checks find in ``ids``, or every sample, that is at least so severe. Nothing is changed or opened.

    What the review marks call dismissed is left out of the findings unless ``with_dismissed``. Captions are read by
    ``reader``, or in the words of the shipped grammars. However many ``workers`` look, the report is the same; None
    takes all cores for many samples. With ``reuse`` nobody looks where it is known from before that nothing would be
    found. Raises Cancelled through ``progress``.
    """
    progress = progress or Silent()
    questions = Questions(tuple(checks), frozenset(_WORST_FIRST[: _WORST_FIRST.index(at_least) + 1]), reader)
    samples = tuple(dict.fromkeys(each(ids, document)))
    answers = {sample: _edited(document, sample, questions) for sample in samples if document.is_open(sample)}
    if reuse and reader is None:
        closed = (sample for sample in samples if sample not in answers)
        clear = known_clear(document.store, closed, questions.checks, questions.severities)
        answers.update(dict.fromkeys(clear, Answer()))
    in_files = [sample for sample in samples if sample not in answers]
    progress.report(len(answers), len(samples))
    with closing(answers_for(document.store, in_files, questions, workers=workers)) as coming:
        for told in coming:
            if told is not None:
                answers[told[0]] = told[1]
            progress.report(len(answers), len(samples), "" if told is None else f"sample {told[0]}")
    report = CheckReport()
    for sample in samples:
        answer = answers[sample]
        if answer.skipped is not None:
            report.skipped[sample] = answer.skipped
            continue
        report.looked_at += 1
        for name, why in answer.failed:
            report.failed.setdefault(name, why)
        _gather(report, answer.findings, document.marks.review(sample).dismissed, with_dismissed=with_dismissed)
    report.findings.sort(key=lambda finding: -finding.score)
    return report


def _edited(document: Document, sample: SampleId, questions: Questions) -> Answer:
    needed = frozenset[Modality]().union(*(check.needs | check.uses for check in questions.checks))
    try:
        return answer_for(case_of(document, sample, needed, questions.reader), questions)
    except (OSError, FaceDataError) as error:
        return Answer(skipped=str(error))


def _gather(
    report: CheckReport,
    found: Iterable[Finding],
    dismissed: Collection[str],
    *,
    with_dismissed: bool,
) -> None:
    for finding in found:
        is_dismissed = bool(dismissed) and finding.key in dismissed
        if is_dismissed:
            report.dismissed.add(finding.key)
        if with_dismissed or not is_dismissed:
            report.findings.append(finding)


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
