"""What masks and photos say of attributes, and where labels and captions say otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.finding import RewriteCaption, SetAttribute, Severity
from app.faces.mask import MaskLayers
from app.faces.sample import Photo, SampleId
from app.inspection.case import Case
from app.inspection.check import inspect
from app.inspection.checks import BUILT_IN
from app.inspection.evidence import evidence_for

Box = tuple[int, int, int, int]
FACE: dict[str, Box] = {
    "skin": (150, 150, 200, 250),
    "hair": (150, 90, 200, 60),
    "l_brow": (270, 210, 50, 10),
    "r_brow": (180, 210, 50, 10),
    "u_lip": (220, 340, 60, 10),
    "l_lip": (220, 350, 60, 15),
}
"""Boxes (x, y, width, height) in a mask of 512 × 512."""


def mask_of(side: int = 512, **boxes: Box) -> MaskLayers:
    layers = {}
    for name, box in {**FACE, **boxes}.items():
        x, y, width, height = (round(value * side / 512) for value in box)
        layers[name] = np.zeros((side, side), np.bool_)
        layers[name][y : y + height, x : x + width] = True
    return MaskLayers.from_binaries(layers)


def case_of(mask: MaskLayers, texts: tuple[str, ...] = (), photo: Photo | None = None, **attributes: bool) -> Case:
    labels = Attributes.unknown()
    for name, value in attributes.items():
        labels = labels.replacing(name, value)
    captions = Captions.from_texts(texts) if texts else None
    return Case(SampleId("7"), captions=captions, attributes=labels, mask=mask, photo=photo)


def seen(case: Case, attribute: str) -> list[tuple[str, bool]]:
    return [(evidence.text, evidence.value) for evidence in evidence_for(case).get(attribute, ())]


def test_painted_glasses_are_worn() -> None:
    case = case_of(mask_of(eye_g=(180, 220, 140, 43)), Eyeglasses=False)
    assert seen(case, "Eyeglasses") == [("the mask shows eyeglasses", True)]
    finding = inspect(case, BUILT_IN)[0]
    assert finding.message == "The attribute says no eyeglasses, but the mask shows eyeglasses."
    assert (finding.check, finding.severity, finding.region) == (
        "attributes-against-mask", Severity.WARNING, (180, 220, 140, 43),
    )  # fmt: skip
    assert finding.repairs == (SetAttribute("Eyeglasses", True),)


@pytest.mark.parametrize("side", [256, 512, 1024])
def test_areas_count_as_those_of_512_pixels(side: int) -> None:
    assert seen(case_of(mask_of(side, eye_g=(100, 100, 16, 16))), "Eyeglasses")[0][1] is True
    assert seen(case_of(mask_of(side, eye_g=(100, 100, 8, 8))), "Eyeglasses") == []


def test_glasses_that_are_not_painted_are_not_worn_but_earrings_may_be_hidden() -> None:
    case = case_of(mask_of(), Eyeglasses=True, Wearing_Earrings=True)
    findings = {finding.evidence["attribute"]: finding for finding in inspect(case, BUILT_IN)}
    assert findings["Eyeglasses"].severity is Severity.WARNING
    assert findings["Wearing_Earrings"].severity is Severity.INFO
    assert (
        findings["Wearing_Earrings"].message == "The attribute says wearing earrings, but the mask shows no earrings."
    )


def test_captions_are_held_against_the_mask() -> None:
    texts = ("She wears glasses.", "She has bangs.", "This woman is wearing eyeglasses.")
    finding = next(f for f in inspect(case_of(mask_of(), texts), BUILT_IN) if f.check == "captions-against-mask")
    assert finding.message == "Captions 1 and 3 say eyeglasses, but the mask shows no eyeglasses."
    assert finding.repairs == (RewriteCaption(0, "Eyeglasses", True), RewriteCaption(2, "Eyeglasses", True))


def test_what_is_denied_is_held_against_the_mask() -> None:
    case = case_of(mask_of(hat=(150, 40, 200, 60)), ("He wears no hat.",))
    messages = [finding.message for finding in inspect(case, BUILT_IN) if finding.check == "captions-against-mask"]
    assert messages == ["Caption 1 says no hat, but the mask shows a hat."]


def test_an_open_mouth_lies_between_two_lips() -> None:
    assert seen(case_of(mask_of(mouth=(230, 348, 40, 10))), "Mouth_Slightly_Open") == [
        ("the mask shows an open mouth", True)
    ]
    assert seen(case_of(mask_of()), "Mouth_Slightly_Open") == [("the mask shows no open mouth", False)]
    without_lips = mask_of(l_lip=(0, 0, 0, 0))
    assert seen(case_of(without_lips), "Mouth_Slightly_Open") == []


def test_hardly_any_hair_is_bald_unless_a_hat_hides_it() -> None:
    assert seen(case_of(mask_of(hair=(150, 90, 20, 10))), "Bald") == [("the mask shows hardly any hair", True)]
    assert seen(case_of(mask_of(hair=(150, 90, 20, 10), hat=(150, 40, 200, 60))), "Bald") == []
    assert seen(case_of(mask_of(hair=(0, 0, 512, 100))), "Bald") == [("the mask shows much hair", False)]


def test_hair_over_the_forehead_is_a_fringe() -> None:
    case = case_of(mask_of(hair=(150, 90, 200, 115)))
    assert seen(case, "Bangs") == [("the mask shows hair over the forehead", True)]
    assert [evidence.detail for evidence in evidence_for(case)["Bangs"]] == ["90 % of the forehead"]


def test_the_colour_of_hair_and_lips_is_weak_evidence() -> None:
    photo = np.full((1024, 1024, 3), 190, np.uint8)
    mask = mask_of()
    for name, colour in {"hair": (12, 10, 10), "u_lip": (200, 40, 60), "l_lip": (200, 40, 60)}.items():
        photo[np.kron(mask.layer(name), np.ones((2, 2), np.bool_))] = colour
    case = case_of(mask, photo=photo, Black_Hair=False, Blond_Hair=True, Wearing_Lipstick=False)
    findings = [finding for finding in inspect(case, BUILT_IN) if finding.evidence.get("class") in {"hair", "l_lip"}]
    assert {finding.evidence["attribute"] for finding in findings} == {"Black_Hair", "Blond_Hair", "Wearing_Lipstick"}
    assert {finding.severity for finding in findings} == {Severity.INFO}
    assert seen(case, "Wearing_Lipstick") == [("the lips are much redder than the skin", True)]
    assert seen(case, "Black_Hair") == [("the hair is black", True)]
    assert evidence_for(case)["Black_Hair"][0].detail == "median L 3, a 1, b 0"


def test_captions_are_evidence_beside_the_attribute() -> None:
    texts = ("She has bangs.", "She is young.", "She has no smile, but bangs.", "She has a beard.")
    case = Case(SampleId("7"), captions=Captions.from_texts(texts))
    assert seen(case, "Bangs") == [("said in captions 1 and 3", True)]
    assert seen(case, "Smiling") == [("denied in caption 3", False)]
    assert seen(case, "Male") == [("a woman in captions 1, 2, 3, and 4", False)]
    assert seen(case, "No_Beard") == [("a beard in caption 4", False)]


def test_the_strongest_evidence_comes_first() -> None:
    case = case_of(mask_of(ear_r=(350, 300, 20, 20)), ("She wears earrings.",))
    assert seen(case, "Wearing_Earrings") == [("the mask shows earrings", True), ("said in caption 1", True)]


def test_an_empty_mask_says_that_nothing_is_worn_and_no_more() -> None:
    evidence = evidence_for(case_of(MaskLayers.empty((64, 64)), photo=np.zeros((64, 64, 3), np.uint8)))
    assert set(evidence) == {"Eyeglasses", "Wearing_Hat", "Wearing_Earrings", "Wearing_Necklace"}
