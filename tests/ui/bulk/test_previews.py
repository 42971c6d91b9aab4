"""What the dialogs show before anything is written: what goes, what comes, and whose number a warning is about."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.document.edits import ReplaceCaptions
from app.faces.captions import Captions
from app.ui.bulk.diff_list import DiffList
from app.workbench.captioning import Which
from app.workbench.replacing import LineDiff


@pytest.fixture
def dialog(desk, qtbot):
    desk.action("bulk.generate").trigger()
    made = desk.workspace.bulk.dialog
    qtbot.waitExposed(made)
    settled(made, qtbot)
    return made


def settled(dialog, qtbot) -> None:
    qtbot.waitUntil(lambda: not dialog._timer.isActive() and not dialog._looking.is_running, timeout=20_000)


def test_what_goes_stands_above_what_comes_and_nothing_new_says_so(desk, dialog, qtbot) -> None:
    sample = desk.session.sample
    dialog.which.setCurrentIndex(dialog.which.findData(Which.ALL))
    dialog.which.activated.emit(1)
    settled(dialog, qtbot)
    shown = dialog.text.toPlainText().splitlines()[1:]
    old = [text.strip() for text in desk.document.captions(sample).texts]
    gone = [line[5:].strip() for line in shown if line.startswith("−")]
    new = [line[5:].strip() for line in shown if line.startswith("+")]
    assert (len(new), set(gone) <= set(old)) == (10, True)
    assert gone[0] == old[0]
    assert (shown[0][0], shown[1][0]) == ("−", "+")
    desk.workspace.do(ReplaceCaptions(sample, Captions.from_texts(new)))
    dialog.ask()
    settled(dialog, qtbot)
    assert dialog.text.toPlainText().startswith(f"Sample {sample} would say the same as now.")


def test_names_take_the_width_of_the_longest(qtbot) -> None:
    listed = DiffList()
    qtbot.addWidget(listed)
    lines = [
        LineDiff("0", 2, "a", "b", (), "it would say the same as caption 10"),
        LineDiff("0", 9, "c", "d", (), None),
    ]
    listed.lines.show_lines(lines)
    assert listed.lines.longest_name == "0 · 10"
    assert [listed.lines.index(row).data(Qt.ItemDataRole.DisplayRole) for row in (0, 1)] == ["0 · 3", "0 · 10"]
