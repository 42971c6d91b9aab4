"""Checks of other packages: found by their entry point, and no danger to the checks that are there."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from app.__main__ import main
from app.inspection.checks import BUILT_IN
from app.inspection.registry import GROUP, all_checks
from tests.formats.exporting.plugged import install
from tests.tiny_dataset import EVERYTHING, write

PLUGIN = Path(__file__).with_name("plugin")
ODD = """
import dataclasses
from polite_check import POLITE

IMPOSTOR = dataclasses.replace(POLITE, name="caption-count", title="Not what it was")
DIVIDES = dataclasses.replace(POLITE, name="divides", find=lambda case: iter([1 / 0]))
FINDS_TEXT = dataclasses.replace(POLITE, name="finds-text", find=lambda case: iter(["ugly"]))
NEEDS_WORDS = dataclasses.replace(POLITE, name="needs-words", needs=["captions"])
"""


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    files = dict(EVERYTHING)
    files["text/celeba-caption/17.txt"] = b"She is young.\nWhat an ugly hat.\n"
    return write(tmp_path / "faces", files)


@pytest.fixture
def polite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((PLUGIN / "pyproject.toml").read_text())["project"]
    install(tmp_path / "site", PLUGIN, monkeypatch, project["name"], project["entry-points"])


@pytest.fixture
def odd(polite: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "odd_checks.py").write_text(ODD)
    names = {"one": "IMPOSTOR", "two": "DIVIDES", "three": "FINDS_TEXT", "four": "NEEDS_WORDS", "five": "NO_SUCH"}
    entries = {entry: f"odd_checks:{name}" for entry, name in names.items()}
    install(tmp_path / "odd", modules, monkeypatch, "odd-checks", {GROUP: entries | {"six": "no_such_module:CHECK"}})


def told(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    status = main([str(word) for word in words])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_without_packages_there_are_the_checks_of_the_house() -> None:
    assert all_checks() == BUILT_IN


@pytest.mark.usefixtures("polite")
def test_an_installed_check_is_listed_and_looks(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, printed, _ = told(capsys, "checks", "--json")
    assert status == 0
    assert json.loads(printed)[-1] == {
        "name": "polite",
        "title": "Impolite captions",
        "summary": "A caption calls a face ugly.",
        "needs": ["captions"],
        "uses": [],
    }
    line = "17: warning: Caption 2 is impolite. (polite)"
    for command in (["check", dataset], ["captions", dataset, "check"]):
        status, printed, _ = told(capsys, *command, "--ids", "17", "--checks", "polite")
        assert (status, printed) == (1, f"{line}\n1 finding in 1 sample: 1 polite\n")
        assert line in told(capsys, *command)[1].splitlines()


@pytest.mark.usefixtures("odd")
def test_odd_packages_hinder_nobody_and_are_named(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = {check.name: check for check in all_checks()}
    assert tuple(known.values())[: len(BUILT_IN)] == BUILT_IN
    assert set(known) == {check.name for check in BUILT_IN} | set("polite divides finds-text four five six".split())
    assert known["six"].summary == (
        "the check plug-in six (no_such_module:CHECK) does not load: No module named 'no_such_module'; "
        "update or remove it"
    )
    status, printed, messages = told(capsys, "check", dataset, "--ids", "17", "--quiet", "--json")
    document = json.loads(printed)
    assert (status, messages) == (1, "")
    assert {"polite", "caption-count"} <= {finding["check"] for finding in document["findings"]}
    assert {one["check"]: one["why"] for one in document["failed"]} == {
        "divides": "it fails at sample 17: ZeroDivisionError: division by zero",
        "finds-text": "it fails at sample 17: AttributeError: 'str' object has no attribute 'score'",
        "four": "the check plug-in four (odd_checks:NEEDS_WORDS) does not load: what it needs and uses are frozensets "
        "of Modality; update or remove it",
        "five": "the check plug-in five (odd_checks:NO_SUCH) does not load: module 'odd_checks' has no attribute "
        "'NO_SUCH'; update or remove it",
        "six": known["six"].summary,
    }


@pytest.mark.usefixtures("odd")
def test_a_check_that_fails_is_told_and_makes_the_status_one(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, printed, messages = told(capsys, "check", dataset, "--checks", "divides")
    assert (status, printed) == (1, "0 findings in 3 samples\n")
    assert messages == "check divides: it fails at sample 0: ZeroDivisionError: division by zero\n"
