"""The form is made from any options dataclass: what it shows is what the format gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QListWidget, QWidget

from app.faces.classes import CLASSES, OFFICIAL_PAINT_ORDER
from app.faces.errors import ExportError
from app.faces.sample import Modality
from app.formats.exporting.index_masks import IndexMaskOptions
from app.formats.exporting.options import ExportOptions, as_json, choices_of, option
from app.formats.exporting.protocol import ExportFormat
from app.formats.exporting.registry import export_formats
from app.ui.exporting.form import OptionsForm
from app.ui.exporting.paint_order import PaintOrderControl
from app.workbench.splitting import SplitOptions

FORMATS = export_formats()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds(ExportOptions):
    """An option of every kind."""

    tick: bool = option(False, "a tick")
    whole: int = option(3, "a number", least=1, most=9)
    size: int | None = option(None, "pixels or none", least=16, most=4096)
    share: float = option(0.5, "a share", least=0, most=1)
    maybe: float | None = option(None, "a number or none")
    word: str = option("a", "one word", choices=("a", "b"))
    other: str | None = option(None, "one word or none", choices=("a", "b"))
    line: str = option("x", "any text")
    text: str | None = option(None, "any text or none")
    path: str = option("", "a file", is_file=True)
    some: tuple[str, ...] = option(("p",), "some of them", choices=("p", "q"))
    words: tuple[str, ...] = option(("train=80", "test=20"), "words")


OTHER: dict[str, Any] = {
    "include": ["photo"],
    "tick": True,
    "whole": 9,
    "size": 300,
    "share": 0.25,
    "maybe": 1.5,
    "word": "b",
    "other": "b",
    "line": "y z",
    "text": "t",
    "path": "/somewhere/identity_CelebA.txt",
    "some": ["p", "q"],
    "words": ["a=1"],
}


def form_of(qtbot, options: type, **settings: Any) -> OptionsForm[Any]:
    form: OptionsForm[Any] = OptionsForm(options, prefix="o", **settings)
    qtbot.addWidget(form)
    return form


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_an_untouched_form_gives_the_defaults_of_every_format(qtbot, each: ExportFormat) -> None:
    assert form_of(qtbot, each.options, held=each.holds).options() == each.options()


@pytest.mark.parametrize("options", [*(each.options for each in FORMATS), SplitOptions])
def test_every_option_has_a_named_control_and_its_help(qtbot, options: type) -> None:
    form = form_of(qtbot, options)
    for choice in choices_of(options):
        control = form.findChild(QWidget, f"o.{choice.name}")
        assert control.accessibleName() == choice.title
        help_text = form.findChild(QLabel, f"o.{choice.name}.help")
        assert help_text.text().rstrip(".").casefold() == choice.help.rstrip(".").casefold()
        assert help_text.text()[-1] == "."
        assert help_text.textFormat() is Qt.TextFormat.PlainText
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus or control.focusProxy() is not None


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_what_was_kept_is_shown_again(qtbot, each: ExportFormat) -> None:
    options = each.options(include=frozenset({Modality.PHOTO}))
    form = form_of(qtbot, each.options)
    form.show_values(as_json(options))
    assert form.options() == options


def test_every_kind_of_option_shows_and_gives_any_value(qtbot) -> None:
    form = form_of(qtbot, Kinds)
    assert form.options() == Kinds()
    form.show_values(OTHER)
    assert as_json(form.options()) == OTHER


@pytest.mark.parametrize(
    ("name", "value"), [("whole", 10), ("size", 8), ("word", "c"), ("tick", "yes"), ("some", ["r"]), ("whole", None)]
)
def test_a_damaged_memory_changes_nothing_and_hinders_nothing(qtbot, name: str, value: object) -> None:
    form = form_of(qtbot, Kinds)
    form.show_values({name: value, "line": "kept", "unknown": 1})
    assert form.options() == Kinds(line="kept")


def test_what_is_typed_and_no_number_is_refused_by_the_options(qtbot) -> None:
    form = form_of(qtbot, Kinds)
    size = form.findChild(QComboBox, "o.size")
    with qtbot.waitSignal(form.edited):
        size.setEditText("large")
    with pytest.raises(ExportError, match="size"):
        form.options()


def test_changes_by_the_user_are_told_and_shown_values_are_not(qtbot) -> None:
    form = form_of(qtbot, Kinds)
    told: list[None] = []
    form.edited.connect(lambda: told.append(None))
    form.show_values(OTHER)
    assert told == []
    line = form.findChild(QLineEdit, "o.line")
    qtbot.keyClicks(line, "!")
    form.findChild(QCheckBox, "o.tick").click()
    assert len(told) == 2
    assert form.options().line == "y z!"


def test_what_a_format_does_not_hold_cannot_be_ticked_but_is_asked_for_and_so_reported(qtbot) -> None:
    form = form_of(qtbot, ExportOptions, held=frozenset({Modality.PHOTO, Modality.MASK}))
    boxes = form.controls["include"].boxes
    assert [name for name, box in boxes.items() if box.isEnabled()] == ["photo", "mask"]
    assert [name for name, box in boxes.items() if box.isChecked()] == ["photo", "mask"]
    assert form.options().include == frozenset(Modality)
    boxes["mask"].click()
    assert form.options().include == frozenset(Modality) - {Modality.MASK}


def test_the_paint_order_is_the_schemes_the_datasets_or_ones_own_with_the_topmost_first(qtbot) -> None:
    form = form_of(qtbot, IndexMaskOptions)
    control = form.controls["paint_order"]
    assert isinstance(control, PaintOrderControl)
    layers = control.findChild(QListWidget)
    assert layers.isHidden()
    control.choice.setCurrentIndex(control.choice.findData("own"))
    control.choice.activated.emit(control.choice.currentIndex())
    assert not layers.isHidden()
    bottom_up = [CLASSES[class_id].name for class_id in OFFICIAL_PAINT_ORDER]
    assert form.options().paint_order.split() == bottom_up
    layers.setCurrentRow(0)
    with qtbot.waitSignal(form.edited):
        qtbot.keyClick(layers, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert form.options().paint_order.split() == [*bottom_up[:-2], bottom_up[-1], bottom_up[-2]]


def test_options_without_bearing_are_out_of_sight(qtbot) -> None:
    form = form_of(qtbot, SplitOptions)
    form.show_only(("mode", "file"))
    assert [name for name, control in form.controls.items() if not control.isHidden()] == ["mode", "file"]
    assert form.options() == SplitOptions()
