"""Banners, plain labels, the chooser and the net for faults."""

from __future__ import annotations

import logging
import re
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.faces.errors import SaveError
from app.faces.sample import Modality, Problem
from app.ui.chooser import Chooser, Item, rank
from app.ui.dialogs.problems import problem_text
from app.ui.faults import FILE_NAME, LOG, Faults
from app.ui.messages import Banners, Choice, Label, not_edited, sentence, tooltip
from app.ui.opening import _a_line_per_layout

UI = Path(__file__).resolve().parents[2] / "app" / "ui"


def test_labels_never_read_markup(qtbot) -> None:
    label = Label("<b>17</b>")
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert tooltip("<img src=x>\n&") == "<qt>&lt;img src=x&gt;<br>&amp;</qt>"


def test_nobody_makes_a_label_that_reads_markup() -> None:
    careful = re.compile(r"setTextFormat\(Qt\.TextFormat\.PlainText\)")
    sinners = []
    for path in UI.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"\bQ(Label|MessageBox)\(", text) and not careful.search(text):
            sinners.append(path.relative_to(UI).as_posix())
    assert sinners == []


def test_a_banner_of_the_same_key_replaces_the_earlier_one(qtbot) -> None:
    banners = Banners()
    qtbot.addWidget(banners)
    banners.show_message("save", "first")
    banners.show_message("save", "second", kind="error")
    assert banners.texts() == {"save": "second"}
    assert [label.textFormat() for label in banners.findChildren(QLabel)].count(Qt.TextFormat.RichText) == 0


def test_a_lasting_banner_has_no_way_out_but_its_solution(qtbot) -> None:
    banners = Banners()
    qtbot.addWidget(banners)
    tried: list[int] = []
    again = Choice("Try again", lambda: tried.append(1), keeps_banner=True)
    banner = banners.show_message("save", "no space", kind="error", choices=[again], lasting=True)
    assert banner.dismiss.isHidden()
    qtbot.mouseClick(banner.buttons[0], Qt.MouseButton.LeftButton)
    assert tried == [1]
    assert banners.texts() == {"save": "no space"}
    banners.solve("save")
    assert banners.texts() == {}
    assert banners.isHidden()


@pytest.mark.parametrize(
    ("typed", "text", "found"),
    [
        ("", "View: Fit", 0),
        ("view", "View: Fit", 0),
        ("fit", "View: Fit", 1),
        ("iew", "View: Fit", 2),
        ("vft", "View: Fit", 3),
        ("xyz", "View: Fit", None),
        ("dark", "Edit: Start an empty mask", None),
    ],
)
def test_better_answers_rank_lower(typed: str, text: str, found: int | None) -> None:
    assert rank(typed, text) == found


def test_the_chooser_does_the_marked_line(qtbot) -> None:
    window = Label()
    qtbot.addWidget(window)
    chosen: list[str] = []
    items = [Item(name, "", lambda n=name: chosen.append(n)) for name in ("Neck", "Necklace", "Nose")]
    chooser = Chooser(window, "Find", items)
    chooser.open()
    qtbot.keyClicks(chooser.line, "nec")
    assert [chooser.list.item(row).text() for row in range(chooser.list.count())] == ["Neck", "Necklace"]
    qtbot.keyClick(chooser.line, Qt.Key.Key_Down)
    qtbot.keyClick(chooser.line, Qt.Key.Key_Return)
    assert chosen == ["Necklace"]


@pytest.fixture
def faults(tmp_path: Path):
    made = Faults(tmp_path / "log")
    made.install()
    made.open_log()
    yield made
    made.uninstall()
    LOG.setLevel(logging.NOTSET)


def raised(error: Exception):
    try:
        raise error
    except type(error) as caught:
        return type(caught), caught, caught.__traceback__


def test_a_fault_is_logged_without_what_the_user_wrote(faults: Faults, qtbot, tmp_path: Path) -> None:
    faults.hide(tmp_path / "data")
    LOG.warning("reading %s", tmp_path / "data" / "17.jpg")
    with qtbot.waitSignal(faults.happened) as told:
        faults.caught(*raised(SaveError("a private caption in /home/jane/x")))
    text = (faults.folder / FILE_NAME).read_text()
    code, what, _where = told.args
    assert what == "SaveError"
    assert f"fault {code} SaveError\n" in text
    assert "reading <dataset>/17.jpg" in text
    assert "private" not in text
    assert str(Path.home()) not in text
    assert (faults.folder / FILE_NAME).stat().st_mode & 0o077 == 0


def test_logged_exceptions_keep_quiet_about_values_too(faults: Faults) -> None:
    kind, error, trace = raised(ValueError("her caption"))
    LOG.error("sample 17", exc_info=(kind, error, trace))
    text = (faults.folder / FILE_NAME).read_text()
    assert "ValueError" in text
    assert "her caption" not in text


def test_the_same_fault_is_told_once(faults: Faults) -> None:
    told: list[str] = []
    faults.happened.connect(lambda code, *_: told.append(code))
    fault = raised(ValueError("x"))
    for _ in range(50):
        faults.caught(*fault)
    assert len(told) == 1
    assert (faults.folder / FILE_NAME).read_text().count("fault ") == 5


def test_faults_in_threads_are_told_on_the_window_s_thread(faults: Faults, qtbot) -> None:
    def fail() -> None:
        raise KeyError("17")

    with qtbot.waitSignal(faults.happened):
        threading.Thread(target=fail).start()


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("this dataset has no table", "This dataset has no table."),
        ("00042_hair.png is cut", "00042_hair.png is cut."),
        ("list_attr.txt: line 3?", "list_attr.txt: line 3?"),
        ("", ""),
    ],
)
def test_reasons_become_sentences(reason: str, said: str) -> None:
    assert sentence(reason) == said


def test_a_reason_that_says_what_it_is_about_is_not_introduced_twice() -> None:
    assert not_edited("7.txt is shown but not edited: line 11 is not UTF-8") == (
        "7.txt is shown but not edited: line 11 is not UTF-8."
    )
    assert not_edited("the table has no row for 99") == "Shown, not edited: the table has no row for 99."


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("it is cut short", "sketch/1.png: it is cut short."),
        ("sketch/1.png: it is cut short", "sketch/1.png: it is cut short."),
        ("sketch/1.png is no regular file", "sketch/1.png is no regular file."),
    ],
)
def test_a_problem_names_its_file_once(message: str, text: str) -> None:
    assert problem_text(Problem(Modality.SKETCH, "sketch/1.png", message)) == text


def test_reasons_of_layouts_stand_below_each_other_and_keep_their_semicolons() -> None:
    told = "x is no dataset. CelebAMask-HQ: no photos; put them there, no masks; Multi-Modal-CelebA-HQ: no photos"
    assert _a_line_per_layout(told).splitlines() == [
        "x is no dataset.",
        "CelebAMask-HQ: no photos; put them there, no masks.",
        "Multi-Modal-CelebA-HQ: no photos",
    ]
