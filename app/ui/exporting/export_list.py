"""The export list: samples put aside to be exported. It is a tag, so it is kept, undone, merged and searched for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QToolButton

from app.catalog.query import parse, search
from app.faces.errors import FaceDataError, LayoutError
from app.faces.sample import SampleId
from app.ui import messages
from app.ui.icons import icon
from app.ui.marking import EXPORT_TAG, Marking
from app.ui.messages import tooltip

if TYPE_CHECKING:
    from app.document.document import Document
    from app.ui.browsing import Browsing
    from app.ui.main_window import MainWindow

LISTED_BY = f"tag:{EXPORT_TAG}"
"""The search that shows it."""
_LARGEST_FILE = 32 * 1024 * 1024
_NAMED = 3


class ExportList(QObject):
    """Fills and empties the list, and says how long it is. ``changed`` follows every change of it."""

    changed = Signal()

    def __init__(self, window: MainWindow, browsing: Browsing) -> None:
        super().__init__(window)
        self._window = window
        self._browsing = browsing
        self._marking: Marking = browsing.marking
        self._ids: set[SampleId] = set()
        self.button = QToolButton()
        self.button.setObjectName("statusExportList")
        self.button.setAutoRaise(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setToolTip(tooltip(self.tr("Show the export list")))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.hide()
        window.statusBar().addPermanentWidget(self.button)
        self.button.clicked.connect(self.show)
        self._marking.marked.connect(self._on_marked)

    def attach(self, document: Document | None) -> None:
        """A dataset was opened or closed."""
        reviews = document.marks.reviews() if document is not None else {}
        self._ids = {sample for sample, review in reviews.items() if EXPORT_TAG in review.tags}
        self.refresh()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on it."""
        return not self._ids

    @property
    def count(self) -> int:
        """How many samples are on it; those that the dataset no longer has are not."""
        return len(self.ids())

    def ids(self) -> tuple[SampleId, ...]:
        """The samples on it, in the dataset's order."""
        document = self._marking.document
        if document is None or not self._ids:
            return ()
        return tuple(sample for sample in document.store.sample_ids if sample in self._ids)

    # Filling and emptying

    def add(self, samples: Iterable[SampleId]) -> None:
        """These are on the list from now on; one step, however many. A banner says so."""
        new = tuple(sample for sample in samples if sample not in self._ids)
        if new:
            self._marking.mark(new, add_tags=(EXPORT_TAG,))
        else:
            self._say(self.tr("All of them are on the export list already."))

    def add_listed(self) -> None:
        """All samples that the gallery lists."""
        self.add(tuple(self._browsing.hits))

    def add_from_search(self) -> None:
        """All samples that a search finds; what the gallery lists stays. Raises FaceDataError."""
        catalog = self._browsing.catalog
        label = self.tr("Search, as in the search line; all samples found are put on the export list")
        text = messages.ask_text(self._window, self.tr("Add from a search"), label)
        if text is None or not text.strip() or catalog is None:
            return
        found = search(catalog, parse(text.strip())).ids
        if not found:
            raise FaceDataError(self.tr("the search found no sample; nothing was added"))
        self.add(tuple(found))

    def add_from_file(self) -> None:
        """All samples that a text file names, an id or a range a line. Raises FaceDataError."""
        document = self._marking.document
        file = messages.choose_file(self._window, self.tr("Add from a file of ids"))
        if file is None or document is None:
            return
        found, unknown = ids_in(_text_of(file), document.store.sample_ids)
        if not found:
            raise LayoutError(self.tr("{file} names no sample of this dataset").format(file=file.name))
        self.add(found)
        if unknown:
            named = ", ".join(unknown[:_NAMED]) + (" …" if len(unknown) > _NAMED else "")
            text = self.tr("{file} names {count} samples that this dataset does not have: {named}")
            text = text.format(file=file.name, count=f"{len(unknown):,}", named=named)
            self._window.banners.show_message("dataset.export_list", text, kind="warning")

    def clear(self) -> None:
        """Nothing is on it; undone like any mark."""
        if self._ids:
            self._marking.mark(self.ids() or tuple(self._ids), remove_tags=(EXPORT_TAG,))

    def show(self) -> None:
        """The gallery lists it."""
        self._browsing.show_query(LISTED_BY)

    # Telling

    def _on_marked(self, samples: Sequence[SampleId]) -> None:
        document = self._marking.document
        if document is None:
            return
        before = len(self._ids)
        on = {sample for sample in samples if EXPORT_TAG in document.marks.review(sample).tags}
        changed = (self._ids & set(samples)) != on
        self._ids = (self._ids - set(samples)) | on
        if changed or before != len(self._ids):
            self.refresh()

    def refresh(self) -> None:
        """The status bar says how long it is, in the colours of the theme."""
        count = self.count
        self.button.setVisible(count > 0)
        self.button.setIcon(icon("tag"))
        self.button.setText(self.tr("export list {count}").format(count=f"{count:,}"))
        self.button.setAccessibleName(self.tr("{count} samples are on the export list").format(count=f"{count:,}"))
        self.changed.emit()

    def _say(self, text: str) -> None:
        self._window.banners.show_message("dataset.export_list", text)


def ids_in(text: str, known: Sequence[SampleId]) -> tuple[list[SampleId], list[str]]:
    """The samples that a text names, by id or as ranges of numbers (``21-25``), and the words that are none."""
    present = {str(sample): sample for sample in known}
    numbers = {int(sample): sample for sample in known if sample.isdecimal() and sample.isascii()}
    found: dict[SampleId, None] = {}
    unknown: list[str] = []
    for line in text.splitlines():
        for word in [line.strip()] if line.strip() in present else line.replace(",", " ").split():
            low, dash, high = word.partition("-")
            if word in present:
                found[present[word]] = None
            elif dash and low.isdecimal() and high.isdecimal() and low.isascii() and high.isascii():
                between = [sample for number, sample in numbers.items() if int(low) <= number <= int(high)]
                found.update(dict.fromkeys(between))
                unknown += [] if between else [word]
            else:
                unknown.append(word)
    return list(found), unknown


def _text_of(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise LayoutError(f"{file.name} is far larger than any list of ids; choose a text file with one id a line")
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise LayoutError(f"{file.name} cannot be read: {error.strerror}; choose another file") from None
