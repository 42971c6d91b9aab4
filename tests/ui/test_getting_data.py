"""The page that says where the data is: plain text to search and to copy, and no link that opens by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from app.ui import messages
from app.ui.getting_data import GettingDataDialog
from app.workbench.sources import source, sources


@pytest.fixture
def dialog(qtbot: Any) -> Iterator[GettingDataDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = GettingDataDialog(parent)
    made.open()
    yield made
    parent.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(QUrl(url).toString()) or True)
    return urls


def test_every_place_is_listed_with_all_that_is_known_of_it(dialog: GettingDataDialog) -> None:
    assert dialog.places.count() == len(sources())
    for row, each in enumerate(sources()):
        dialog.places.setCurrentRow(row)
        told = dialog.text.toPlainText()
        assert all(
            part in told for part in (each.url, each.holds, each.lacks, each.size, "non-commercial", each.citation)
        )
    assert dialog.text.isReadOnly()


def test_typing_narrows_the_places(dialog: GettingDataDialog, qtbot: Any) -> None:
    qtbot.keyClicks(dialog.filter, "parquet shuffled")
    shown = [row for row in range(dialog.places.count()) if not dialog.places.item(row).isHidden()]
    assert [sources()[row].name for row in shown] == ["frsecm"]
    assert dialog.chosen == source("frsecm")
    qtbot.keyClicks(dialog.filter, " nothing")
    assert dialog.chosen is None
    assert not dialog.open_button.isEnabled()
    dialog.filter.clear()
    assert all(not dialog.places.item(row).isHidden() for row in range(dialog.places.count()))


@pytest.mark.parametrize("agrees", [False, True])
def test_a_page_opens_only_after_its_address_was_shown(
    dialog: GettingDataDialog, qtbot: Any, opened: list[str], monkeypatch: pytest.MonkeyPatch, agrees: bool
) -> None:
    asked: list[str] = []

    def answer(_parent: QWidget, _title: str, text: str, answers: list[str], *, escape: str) -> str:
        asked.append(text)
        return answers[0] if agrees else escape

    monkeypatch.setattr(messages, "ask", answer)
    dialog.filter.setText("kaggle ipythonx")
    url = source("kaggle").url
    qtbot.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    assert url in asked[0]
    assert opened == ([url] if agrees else [])


def test_the_citation_is_copied(dialog: GettingDataDialog, qtbot: Any) -> None:
    dialog.filter.setText("mm-celeba-hq official")
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == source("mm-celeba-hq").citation
