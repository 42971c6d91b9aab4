"""A finding's key outlives process, order and version: what people let stand is kept under it in their datasets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.finding import Finding, Severity
from app.faces.mask import MaskLayers
from app.faces.sample import SampleId
from app.inspection.case import Case
from app.inspection.check import inspect
from app.inspection.checks import BUILT_IN

TEXTS = (
    "He has gray hair, and black hair.",
    "He is wearing a hat.",
    "he is wearing a hat",
    "She wears glasses. She is young.",
    "She has wavvy lips.",
    "The man has",
)
OTHERS = ("She is bald.", "She has a goatee and a mustache.", "She is wearing a necktie. She is smiling.")
FIRST_KEYS = json.loads(Path(__file__).with_name("finding_keys.json").read_text("utf-8"))
"""Check → keys as version 0.1.0 made them. A key that changes forgets what people let stand: do not write them anew."""


def cases() -> tuple[Case, ...]:
    """Samples with something for every check to find."""
    side = 512
    box = np.zeros((side, side), np.bool_)
    box[100:400, 100:400] = True
    mask = MaskLayers.from_binaries({"skin": box, "hair": np.zeros_like(box)})
    labels = Attributes.unknown()
    for name in ("Young", "Eyeglasses", "Bald", "Wearing_Hat", "Bangs", "Goatee", "No_Beard", "Straight_Hair"):
        labels = labels.replacing(name, True)
    for name in ("Smiling", "Wearing_Necktie", "Mustache", "Gray_Hair"):
        labels = labels.replacing(name, False)
    photo = np.full((side, side, 3), 128, np.uint8)
    photo[100:400, 200:204] = 0
    blank = np.full_like(photo, 255)
    one = Case(
        SampleId("17"), captions=Captions.from_texts(TEXTS), attributes=labels, mask=mask, photo=photo, sketch=blank
    )
    few = Attributes.unknown().replacing("Gray_Hair", False)
    two = Case(SampleId("a b"), captions=Captions.from_texts(TEXTS), attributes=few)
    three = Case(SampleId("3"), captions=Captions.from_texts(OTHERS), attributes=labels)
    return one, two, three


def found() -> list[Finding]:
    return [finding for case in cases() for finding in inspect(case, BUILT_IN)]


def keys(findings: list[Finding]) -> dict[str, list[str]]:
    return {
        check.name: sorted({finding.key for finding in findings if finding.check == check.name}) for check in BUILT_IN
    }


def test_every_check_finds_something_here() -> None:
    assert all(keys(found()).values())


def test_keys_are_those_of_the_first_version() -> None:
    assert keys(found()) == FIRST_KEYS


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_another_process_makes_the_same_keys(seed: str) -> None:
    code = "import json; from tests.inspection.test_finding_keys import *; print(json.dumps(keys(found())))"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        check=True,
    )
    assert json.loads(told.stdout) == keys(found())


def test_wording_score_and_evidence_are_no_part_of_a_key() -> None:
    def finding(message: str, score: float, suggestion: str | None) -> Finding:
        return Finding(
            sample=SampleId("17"), check="hats", severity=Severity.INFO, score=score, message=message, subject="a hat",
            evidence={"score": score}, suggestion=suggestion,
        )  # fmt: skip

    assert finding("A hat.", 0.1, None).key == finding("Is it a hat?", 0.9, "Look.").key == "9be5d2f750b80e692d74"
