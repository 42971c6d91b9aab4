"""Many samples are looked at by several processes: the same is found, in the same order, and nobody is left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import open_dataset
from app.document.edits import EditCaption
from app.faces.finding import Finding, Severity
from app.faces.sample import Modality, SampleId
from app.formats import open_store
from app.inspection.case import Case
from app.inspection.checks import BUILT_IN
from app.inspection.registry import GROUP, all_checks
from app.jobs import Cancelled
from app.workbench.checking import check_samples
from app.workbench.looking import Answer, Questions, answer_from_files, answers_for
from tests.formats.exporting.plugged import install
from tests.tiny_dataset import EVERYTHING, write
from tests.workbench.face_folder import face_folder

SAMPLES = 24
ODD = """
import os
import dataclasses
from app.inspection.checks import BUILT_IN

def breaks(case):
    if case.sample == "13":
        os._exit(9)
    return iter(())

BREAKS = dataclasses.replace(BUILT_IN[0], name="breaks", find=breaks)
DIVIDES = dataclasses.replace(BUILT_IN[0], name="divides", find=lambda case: iter([1 / (int(case.sample) % 2)]))
def odd(case):
    return (dataclasses.replace(one, evidence={"odd": open}) for one in BUILT_IN[3].find(case))
ODD = dataclasses.replace(BUILT_IN[0], name="odd", find=odd)
"""


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return face_folder(tmp_path / "faces", SAMPLES)


def test_with_several_processes_the_report_is_the_same(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        document = opened.document
        document.do(EditCaption(SampleId("3"), 0, "She is yuong."))
        one = check_samples(document, BUILT_IN, at_least=Severity.INFO, workers=1)
        two = check_samples(document, BUILT_IN, at_least=Severity.INFO, workers=2)
    assert one == two
    assert one.looked_at == SAMPLES
    assert len({finding.sample for finding in one.findings}) == SAMPLES
    assert any("yuong" in finding.message for finding in one.findings)


def test_what_is_wrong_with_a_sample_is_said_by_every_process(dataset: Path) -> None:
    ids = [SampleId("5"), SampleId("no-such"), SampleId("4"), SampleId("5")]
    with open_dataset(dataset) as opened:
        told = [check_samples(opened.document, BUILT_IN, ids=ids, workers=workers) for workers in (1, 2)]
    assert told[0] == told[1]
    assert list(told[0].skipped) == ["no-such"]
    assert told[0].looked_at == 2


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "odd_looks.py").write_text(ODD)
    entries = {name.lower(): f"odd_looks:{name}" for name in ("BREAKS", "DIVIDES", "ODD")}
    install(tmp_path / "site", modules, monkeypatch, "odd-looks", {GROUP: entries | {"gone": "no_such:CHECK"}})


@pytest.mark.usefixtures("odd")
def test_a_sample_that_ends_a_process_costs_itself_alone(dataset: Path) -> None:
    checks = [check for check in all_checks() if check.name in {"breaks", "gone"}]
    with open_dataset(dataset) as opened:
        report = check_samples(opened.document, checks, workers=2)
    assert report.skipped == {"13": "the process that looked at it ended; are its files sound?"}
    assert report.looked_at == SAMPLES - 1
    assert list(report.failed) == ["gone"]


@pytest.mark.usefixtures("odd")
def test_what_checks_of_packages_raise_is_told_of_the_first_sample(dataset: Path) -> None:
    checks = [check for check in all_checks() if check.name in {"divides", "odd", "caption-residue"}]
    with open_dataset(dataset) as opened:
        told = [check_samples(opened.document, checks, at_least=Severity.INFO, workers=workers) for workers in (1, 2)]
    assert told[0] == told[1]
    assert told[0].failed["divides"] == "it fails at sample 0: ZeroDivisionError: division by zero"
    assert told[0].failed["odd"].endswith("is not JSON serializable")
    assert {finding.check for finding in told[0].findings} == {"caption-residue"}


def test_a_check_that_only_this_process_knows_is_asked_here(dataset: Path) -> None:
    seen: list[SampleId] = []

    def find(case: Case) -> Iterator[Finding]:
        seen.append(case.sample)
        return iter(())

    mine = replace(BUILT_IN[0], name="mine", find=find)
    with open_dataset(dataset) as opened:
        assert check_samples(opened.document, [mine], workers=2).looked_at == SAMPLES
        assert seen == list(opened.ids)


def test_cancelling_ends_every_process(dataset: Path) -> None:
    class Impatient:
        def report(self, done: int, total: int, note: str = "") -> None:
            if done:
                raise Cancelled

    before = set(threading.enumerate())
    with open_dataset(dataset) as opened, pytest.raises(Cancelled):
        check_samples(opened.document, BUILT_IN, workers=2, progress=Impatient())
    assert not {thread.name for thread in set(threading.enumerate()) - before if "_drive" in thread.name}


def test_answers_come_with_their_samples(dataset: Path) -> None:
    store = open_store(dataset)
    questions = Questions(BUILT_IN)
    with closing(answers_for(store, store.sample_ids, questions, workers=2)) as coming:
        told: dict[SampleId, Answer] = dict(each for each in coming if each is not None)
    assert told == {sample: answer_from_files(store, sample, questions) for sample in store.sample_ids}


@pytest.mark.parametrize(
    ("names", "severities", "read"),
    [
        ("caption-count caption-residue caption-clashes attributes-unmentioned", set(Severity), set()),
        ("captions-against-mask", set(Severity), {Modality.MASK}),
        ("attributes-against-mask", {Severity.ERROR, Severity.WARNING}, {Modality.MASK}),
        ("attributes-against-mask", set(Severity), {Modality.MASK, Modality.PHOTO}),
        ("sketch-agreement", {Severity.WARNING}, {Modality.PHOTO, Modality.SKETCH}),
    ],
)
def test_no_picture_is_decoded_that_no_check_looks_at(
    names: str, severities: set[Severity], read: set[Modality], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store: Any = open_store(write(tmp_path / "faces", EVERYTHING))
    decoded: set[Modality] = set()
    for modality in (Modality.MASK, Modality.PHOTO, Modality.SKETCH):

        def noted(sample: SampleId, modality: Modality = modality) -> Any:
            decoded.add(modality)
            return type(store).__dict__[f"read_{modality.value}"](store, sample)

        monkeypatch.setattr(store, f"read_{modality.value}", noted)
    wanted = tuple(check for check in BUILT_IN if check.name in names.split())
    answer_from_files(store, SampleId("17"), Questions(wanted, frozenset(severities)))
    assert decoded == read
