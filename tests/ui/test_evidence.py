"""What mask, photo and captions say of each attribute, beside the answers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.document.edits import ReplaceCaptions
from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.captions import Captions
from app.faces.sample import Modality
from app.inspection.testimony import Evidence, Strength
from app.ui.panels.attributes import EVIDENCE_HEIGHT, ROW_HEIGHT, AttributesPanel

_GLASSES = Evidence("Eyeglasses", True, Strength.STRONG, "eye_g covers 6,021 px", Modality.MASK)
_SAID = Evidence("Eyeglasses", False, Strength.MEDIUM, "denied in caption 2", Modality.CAPTIONS)
_COLOUR = Evidence("Smiling", True, Strength.WEAK, "the mouth is wide", Modality.PHOTO)


@pytest.fixture
def panel(qtbot) -> AttributesPanel:
    made = AttributesPanel(lambda _name, _value: None)
    qtbot.addWidget(made)
    made.resize(268, 700)
    made.show_attributes(Attributes(ATTRIBUTE_NAMES, (False,) * len(ATTRIBUTE_NAMES)), None)
    with qtbot.waitExposed(made):
        made.show()
    made.show_evidence({"Eyeglasses": (_GLASSES, _SAID), "Smiling": (_COLOUR,)})
    return made


def test_evidence_against_the_answer_comes_first_and_is_told_apart(panel: AttributesPanel) -> None:
    model = panel.model
    row = model.row_of("Eyeglasses")
    assert model.evidence_text(row) == "eye_g covers 6,021 px · denied in caption 2"
    assert model.is_contradicted(row)
    values = Attributes(ATTRIBUTE_NAMES, (True,) * len(ATTRIBUTE_NAMES))
    model.show_values(values)
    assert model.evidence_text(row) == "denied in caption 2 · eye_g covers 6,021 px"


def test_weak_evidence_contradicts_nothing_and_nothing_contradicts_unknown(panel: AttributesPanel) -> None:
    assert not panel.model.is_contradicted(panel.model.row_of("Smiling"))
    panel.model.show_values(Attributes.unknown())
    assert not panel.model.is_contradicted(panel.model.row_of("Eyeglasses"))


def test_the_tool_tip_tells_all_of_it(panel: AttributesPanel) -> None:
    told = panel.model.index(panel.model.row_of("Eyeglasses")).data(Qt.ItemDataRole.ToolTipRole)
    assert "yes, against the label: eye_g covers 6,021 px" in told
    assert "no: denied in caption 2" in told


def test_only_rows_with_evidence_are_higher_and_none_in_a_wide_panel(panel: AttributesPanel, qtbot) -> None:
    def height(name: str) -> int:
        return panel.list.visualRect(panel.model.index(panel.model.row_of(name))).height()

    assert [height("Eyeglasses"), height("Bald")] == [ROW_HEIGHT + EVIDENCE_HEIGHT, ROW_HEIGHT]
    panel.resize(520, 700)
    qtbot.waitUntil(lambda: height("Eyeglasses") == ROW_HEIGHT)


def test_evidence_follows_the_captions(desk, qtbot) -> None:
    workspace = desk.workspace
    workspace.docks.show()
    workspace.docks["attributes"].show()
    workspace.docks["attributes"].raise_()
    model = workspace.attributes.model
    lines = Captions.from_texts(["She wears a hat."] + ["She is young."] * 9)
    workspace.do(ReplaceCaptions(desk.session.sample, lines))
    row = model.row_of("Wearing_Hat")
    qtbot.waitUntil(lambda: "said in caption 1" in model.evidence_text(row), timeout=5_000)
    desk.session.step(-1)
    assert model.evidence_text(row) == ""
