"""Checks of packages in the captions panel: they count, and one that fails is named once and hinders nobody."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel

from app.faces.captions import Captions
from app.faces.finding import Finding, Severity
from app.faces.sample import Modality, SampleId
from app.inspection.case import Case
from app.inspection.check import Check
from app.ui.captions import panel_checks
from app.ui.captions.panel_checks import PanelChecks
from tests.inspection.test_check_plugins import odd, polite  # noqa: F401 - fixtures
from tests.ui.captions.conftest import LINES


def impolite(case: Case):
    yield Finding(
        sample=case.sample,
        check="polite",
        severity=Severity.WARNING,
        score=0.97,
        message="Caption 6 is impolite.",
        subject="big",
        evidence={"caption": 6},
    )


POLITE = Check("polite", "Polite", "Is it?", frozenset({Modality.CAPTIONS}), impolite)
DIVIDES = replace(POLITE, name="divides", find=lambda _case: iter([1 / 0]))


@pytest.fixture
def case() -> Case:
    return Case(SampleId("1"), captions=Captions.from_texts(LINES))


@pytest.fixture
def checks(qapp):
    parent = QObject()
    yield PanelChecks(parent)
    parent.deleteLater()


def test_findings_of_packages_stand_among_those_of_the_house(checks, case) -> None:
    of_the_house = checks.findings(case)
    checks.use((POLITE,))
    found = checks.findings(case)
    assert found[0].check == "polite"
    assert found[1:] == of_the_house


def test_a_check_that_fails_is_named_once(checks, case) -> None:
    told: list[tuple[str, str]] = []
    checks.failed.connect(lambda *said: told.append(said))
    checks.use((DIVIDES, POLITE))
    for _ in range(3):
        assert checks.findings(case)[0].check == "polite"
    assert told == [("divides", "it fails at sample 1: ZeroDivisionError: division by zero")]


def test_a_check_that_keeps_the_window_waiting_is_asked_once(checks, case, monkeypatch) -> None:
    told: list[tuple[str, str]] = []
    asked: list[SampleId] = []
    monkeypatch.setattr(panel_checks, "_PATIENCE_S", 0.01)

    def slow(case: Case):
        asked.append(case.sample)
        time.sleep(0.03)
        return impolite(case)

    checks.failed.connect(lambda *said: told.append(said))
    checks.use((replace(POLITE, find=slow),))
    assert checks.findings(case)[0].check == "polite"
    assert "polite" not in {finding.check for finding in checks.findings(case)}
    assert asked == ["1"]
    assert [(name, why.partition(" s for ")[0][:8]) for name, why in told] == [("polite", "it takes")]


@pytest.mark.usefixtures("odd")
def test_what_is_installed_is_loaded_beside_the_window(checks, case, qtbot) -> None:
    told: list[str] = []
    checks.failed.connect(lambda name, _: told.append(name))
    with qtbot.waitSignal(checks.changed, timeout=20_000):
        checks.prepare()
    checks.findings(case)
    assert told == ["divides", "finds-text", "four", "five", "six"]


def test_a_line_is_marked_that_a_package_finds_wrong(desk) -> None:
    writing = desk.workspace.writing
    try:
        writing.checks.use((POLITE, DIVIDES))
        assert 5 in writing.held.lines
        assert [held.finding.message for held in writing.held.of(5)] == ["Caption 6 is impolite."]
        told = [label.text() for label in desk.window.banners.findChildren(QLabel, "bannerText")]
        assert told == [
            "The check divides of a package does not work. It fails at sample 17: ZeroDivisionError: division by zero."
        ]
    finally:
        writing.checks.use(())
        writing.look()
        desk.window.banners.solve("captions.check.divides")
    assert 5 not in writing.held.lines
