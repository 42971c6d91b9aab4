"""What mask, photo and captions say of each attribute, beside the answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.document.edits import ReplaceCaptions
from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.captions import Captions
from app.faces.classes import CLASS_BY_NAME
from app.faces.sample import Modality
from app.formats.registry import open_store
from app.inspection.testimony import Evidence, Strength
from app.ui.panels.attributes import AttributesPanel
from app.ui.panels.attributes_list import EVIDENCE_HEIGHT, ROW_HEIGHT, answer_rects
from app.ui.panels.evidence import _Collected

_GLASSES = Evidence("Eyeglasses", True, Strength.STRONG, "the mask shows eyeglasses", Modality.MASK, detail="6,021 px")
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
    assert model.evidence_text(row) == "the mask shows eyeglasses · denied in caption 2"
    assert model.is_contradicted(row)
    values = Attributes(ATTRIBUTE_NAMES, (True,) * len(ATTRIBUTE_NAMES))
    model.show_values(values)
    assert model.evidence_text(row) == "denied in caption 2 · the mask shows eyeglasses"


def test_weak_evidence_contradicts_nothing_and_nothing_contradicts_unknown(panel: AttributesPanel) -> None:
    assert not panel.model.is_contradicted(panel.model.row_of("Smiling"))
    panel.model.show_values(Attributes.unknown())
    assert not panel.model.is_contradicted(panel.model.row_of("Eyeglasses"))


def test_the_tool_tip_tells_all_of_it(panel: AttributesPanel) -> None:
    told = panel.model.index(panel.model.row_of("Eyeglasses")).data(Qt.ItemDataRole.ToolTipRole)
    assert "yes, against the attribute: the mask shows eyeglasses (6,021 px)" in told
    assert "no: denied in caption 2" in told


def test_only_rows_with_evidence_are_higher_and_none_in_a_wide_panel(panel: AttributesPanel, qtbot) -> None:
    def height(name: str) -> int:
        return panel.list.visualRect(panel.model.index(panel.model.row_of(name))).height()

    assert [height("Eyeglasses"), height("Bald")] == [ROW_HEIGHT + EVIDENCE_HEIGHT, ROW_HEIGHT]
    panel.resize(520, 700)
    qtbot.waitUntil(lambda: height("Eyeglasses") == ROW_HEIGHT)


def place_of(panel: AttributesPanel, name: str, text: str) -> QPoint:
    row = panel.model.row_of(name)
    rect = panel.list.visualRect(panel.model.index(row))
    places = panel.list._row.evidence_places(rect, row)
    return next(place.center() for place, shown, _ in places if shown.startswith(text))


def hover(panel: AttributesPanel, place: QPoint) -> None:
    view = panel.list.viewport()
    where, none = (QPointF(place), QPointF(view.mapToGlobal(place))), Qt.MouseButton.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, *where, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, move)


@pytest.mark.parametrize("width", [268, 620])
def test_every_piece_of_evidence_is_a_place_to_click(panel: AttributesPanel, width: int, qtbot) -> None:
    panel.resize(width, 700)
    glasses, said = replace(_GLASSES, face_class="eye_g"), replace(_SAID, captions=(1,))
    panel.show_evidence({"Eyeglasses": (glasses, said), "Smiling": (_COLOUR,)})
    qtbot.wait(50)
    chosen: list[Evidence] = []
    hovered: list[Evidence | None] = []
    answered: list[object] = []
    panel.evidence_chosen.connect(chosen.append)
    panel.evidence_hovered.connect(hovered.append)
    panel.list.answered.connect(lambda *answer: answered.append(answer))
    for name, text in (("Eyeglasses", "the mask"), ("Eyeglasses", "denied"), ("Smiling", "the mouth")):
        place = place_of(panel, name, text)
        hover(panel, place)
        QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == [glasses, said]  # what says not where it is seen leads nowhere
    assert hovered == [glasses, said, None]
    assert answered == []


def test_return_shows_one_piece_after_the_other(panel: AttributesPanel) -> None:
    glasses, said = replace(_GLASSES, face_class="eye_g"), replace(_SAID, captions=(1,))
    panel.show_evidence({"Eyeglasses": (glasses, said)})
    panel.list.setCurrentIndex(panel.model.index(panel.model.row_of("Eyeglasses")))
    chosen: list[Evidence] = []
    panel.evidence_chosen.connect(chosen.append)
    for _ in range(3):
        QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert chosen == [glasses, said, glasses]


def test_evidence_leads_to_the_class_and_to_the_words(desk, qtbot) -> None:
    workspace, session = desk.workspace, desk.session
    texts = ["She is young."] * 10
    texts[1] = texts[3] = "She has bangs and big lips."
    workspace.do(ReplaceCaptions(session.sample, Captions.from_texts(texts)))
    workspace.writing.look()
    workspace.docks["captions"].hide()
    said = Evidence("Big_Lips", True, Strength.MEDIUM, "said in captions 2 and 4", Modality.CAPTIONS, captions=(1, 3))
    found = []
    for _ in range(3):
        workspace.attributes.evidence_chosen.emit(said)
        editor = workspace.captions.row(workspace.captions.current).editor
        found.append((workspace.captions.current, editor.selectedText()))
    assert found == [(1, "big lips"), (3, "big lips"), (1, "big lips")]
    assert workspace.docks.is_seen("captions")
    painted = replace(_GLASSES, face_class="hat")
    workspace.attributes.evidence_hovered.emit(painted)
    assert session.spoken_of == CLASS_BY_NAME["hat"].bit
    workspace.attributes.evidence_hovered.emit(None)
    assert session.spoken_of == 0
    workspace.attributes.evidence_chosen.emit(painted)
    assert session.face_class == CLASS_BY_NAME["hat"].id


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


def test_evidence_of_what_cannot_be_edited_can_be_clicked_and_answers_cannot(panel: AttributesPanel, qtbot) -> None:
    glasses = replace(_GLASSES, face_class="eye_g")
    values = Attributes(ATTRIBUTE_NAMES, (False,) * len(ATTRIBUTE_NAMES))
    panel.show_attributes(values, "the table is write-protected")
    panel.show_evidence({"Eyeglasses": (glasses,)})
    qtbot.wait(50)
    chosen: list[Evidence] = []
    answered: list[object] = []
    panel.evidence_chosen.connect(chosen.append)
    panel.list.answered.connect(lambda *answer: answered.append(answer))
    place = place_of(panel, "Eyeglasses", "the mask")
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    row = panel.list.visualRect(panel.model.index(panel.model.row_of("Eyeglasses")))
    for answer in answer_rects(row):
        QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=answer.center())
    QTest.keyClick(panel.list, Qt.Key.Key_Plus)
    assert (chosen, answered) == ([glasses], [])


def test_evidence_of_a_dataset_that_was_left_is_not_shown_for_a_sample_of_the_same_name(desk, dataset) -> None:
    shown = desk.workspace.attributes.model
    left = open_store(dataset)
    desk.workspace.evidence._on_collected(_Collected(left, desk.session.sample, {"Eyeglasses": (_SAID,)}))
    assert "denied in caption 2" not in shown.evidence_text(shown.row_of("Eyeglasses"))
    here = desk.document.store
    desk.workspace.evidence._on_collected(_Collected(here, desk.session.sample, {"Eyeglasses": (_SAID,)}))
    assert "denied in caption 2" in shown.evidence_text(shown.row_of("Eyeglasses"))
