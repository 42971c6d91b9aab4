"""Many samples' files, each read as far as the checks need it and looked at: by all cores where there are many.

What one sample's checks answer does not depend on who asks: a child finds what the calling thread would. Checks that no
child could find by their names, as those a script made itself, are asked on the calling thread.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from app.faces.errors import FaceDataError, ReadOnlyError
from app.faces.finding import Finding, Severity
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.generation.reading import Reader
from app.inspection.case import Case
from app.inspection.check import Check, inspect
from app.inspection.checks import BUILT_IN
from app.inspection.registry import all_checks
from app.workbench.children import Channel, are_possible
from app.workbench.crew import Crew
from app.workbench.readers import StoreAddress, core_count

_TARGET = "app.workbench.looking:serve"
_FEW = 64
"""Up to so many samples, starting processes costs more than it saves."""
_AT_ONCE = 8
"""Samples that a child is told at a time."""
_PICTURES = frozenset({Modality.MASK, Modality.PHOTO, Modality.SKETCH})


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked about every sample. Captions are read by ``reader``, None: in the words of the shipped grammars."""

    checks: tuple[Check, ...]
    severities: frozenset[Severity] = frozenset(Severity)
    reader: Reader | None = None

    def modalities(self, given: frozenset[Modality]) -> frozenset[Modality]:
        """What has to be read of a sample that has these: nothing that only serves checks which cannot look."""
        needed: frozenset[Modality] = frozenset()
        for check in self.checks:
            if check.needs <= given:
                wants_all = Severity.INFO in self.severities
                needed |= check.needs | (check.uses if wants_all else check.uses - check.for_remarks)
        return needed & given


@dataclass(frozen=True, slots=True)
class Answer:
    """What the checks find in one sample, check by check; which checks ``failed`` and why; why nobody could look."""

    findings: tuple[Finding, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    skipped: str | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """What a child is told first. ``path`` is where the parent finds packages."""

    address: StoreAddress
    checks: tuple[str, ...]
    severities: frozenset[Severity]
    reader: Reader | None
    path: tuple[str, ...]


def answers_for(
    store: SampleStore,
    samples: Sequence[SampleId],
    questions: Questions,
    *,
    workers: int | None = None,
    nice: int = 0,
) -> Generator[tuple[SampleId, Answer] | None, None, None]:
    """What the checks say of the samples' files, in the order in which they are done; None now and then meanwhile.

    ``workers`` processes look; None: as many as pay. Any thread; to be closed where it is not used up.
    """
    hands = core_count() if workers is None else workers
    is_worth_it = hands > 1 and (workers is not None or len(samples) > _FEW) and are_possible()
    known = all_checks() if is_worth_it else ()
    if not all(check in known for check in questions.checks):
        for sample in samples:
            yield sample, answer_from_files(store, sample, questions)
        return
    names = tuple(check.name for check in questions.checks)
    told = _Told(StoreAddress.of(store), names, questions.severities, questions.reader, tuple(sys.path))
    left: list[SampleId] = list(samples)
    for at_once in (_AT_ONCE, 1):  # where a file breaks a child, its neighbours are looked at again, one by one
        broken: list[SampleId] = []
        parts = [tuple(left[start : start + at_once]) for start in range(0, len(left), at_once)]
        crew: Crew[tuple[SampleId, ...], list[Answer] | None] = Crew(_TARGET, told, hands, lambda _: None, nice=nice)
        with closing(crew):
            for done in crew.work(parts):
                if done is None:
                    yield None
                    continue
                part, answers = done
                if answers is None:
                    broken += part
                else:
                    yield from zip(part, answers, strict=True)
        left = broken
    for sample in left:
        yield sample, Answer(skipped="the process that looked at it ended; are its files sound?")


def serve(channel: Channel) -> None:
    """In a child: look at the samples one is told until the parent is gone."""
    from app.imaging.cv import cv2

    cv2.setNumThreads(1)
    told: _Told = channel.receive()
    sys.path[:] = told.path
    store = told.address.opened()
    known = {check.name: check for check in all_checks()}
    questions = Questions(tuple(known[name] for name in told.checks), told.severities, told.reader)
    while True:
        samples: tuple[SampleId, ...] = channel.receive()
        channel.send([answer_from_files(store, sample, questions) for sample in samples])


def answer_from_files(store: SampleStore, sample: SampleId, questions: Questions) -> Answer:
    """What the checks say of the sample's files."""
    try:
        case = _case(store, sample, questions)
    except (OSError, FaceDataError) as error:
        return Answer(skipped=str(error))
    return answer_for(case, questions)


def answer_for(case: Case, questions: Questions) -> Answer:
    """What the checks say of a sample that was read."""
    findings: list[Finding] = []
    failed: list[tuple[str, str]] = []
    for check in questions.checks:
        found, why = asked(check, case)
        findings += (finding for finding in found if finding.severity in questions.severities)
        if why is not None:
            failed.append((check.name, why))
    return Answer(tuple(findings), tuple(failed))


def asked(check: Check, case: Case) -> tuple[tuple[Finding, ...], str | None]:
    """What the check finds, or nothing and why: a check of another package may raise anything."""
    try:
        found = inspect(case, (check,))
        if check not in BUILT_IN:
            for finding in found:
                json.dumps(dict(finding.evidence))  # reports have to tell it, and processes to hand it on
    except FaceDataError as error:
        return (), str(error)
    except Exception as error:
        return (), f"it fails at sample {case.sample}: {type(error).__name__}: {error}"
    return found, None


def _case(store: SampleStore, sample: SampleId, questions: Questions) -> Case:
    captions = attributes = None
    asked_for = frozenset[Modality]().union(*(check.needs | check.uses for check in questions.checks))
    if Modality.CAPTIONS in asked_for and store.has(sample, Modality.CAPTIONS):
        loaded = store.read_captions(sample)
        if loaded.value is None and loaded.problems:
            raise ReadOnlyError(loaded.problems[0].message)
        captions = loaded.value
    if Modality.ATTRIBUTES in asked_for:
        attributes = store.read_attributes(sample).value
    given = {modality for modality in _PICTURES & asked_for if store.has(sample, modality)}
    if captions is not None:
        given.add(Modality.CAPTIONS)
    if attributes is not None:
        given.add(Modality.ATTRIBUTES)
    needed = questions.modalities(frozenset(given))
    return Case(
        sample,
        captions=captions,
        attributes=attributes,
        mask=store.read_mask(sample).value if Modality.MASK in needed else None,
        photo=store.read_photo(sample).value if Modality.PHOTO in needed else None,
        sketch=store.read_sketch(sample).value if Modality.SKETCH in needed else None,
        reader=questions.reader,
    )
