"""Going to a sample by its number: the dataset's own, or the one the photo has in the original CelebA."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.catalog.catalog import Catalog
from app.faces.sample import SampleId
from app.faces.store import FactStore, SampleStore
from app.ui.field import Field
from app.ui.messages import Label

_WIDTH = 340


def sample_meant(typed: str, store: SampleStore, catalog: Catalog | None) -> SampleId | None:
    """The sample that ``17``, ``00017``, ``celeba:119614`` or ``119614.jpg`` means, or None.

    In the original CelebA ``hq:17`` is the photo that CelebA-HQ knows as 17, where the mapping file is at hand.
    """
    text = typed.strip()
    prefix, _, rest = text.rpartition(":")
    if prefix.strip().casefold() in ("hq", "celeba-hq"):
        if isinstance(store, FactStore):
            return store.sample_of_celeba_hq(rest.strip())
        text = rest.strip()
    is_celeba = prefix.strip().casefold() == "celeba" or "." in rest
    stem = rest.strip().rpartition(".")[0] if "." in rest else rest.strip()
    if not is_celeba:
        for candidate in (text, text.lstrip("0") or "0"):
            if SampleId(candidate) in store:
                return SampleId(candidate)
    return _by_celeba(stem, store, catalog)


def _by_celeba(stem: str, store: SampleStore, catalog: Catalog | None) -> SampleId | None:
    if not stem:
        return None
    wanted = {stem, stem.zfill(6)}
    if catalog is not None and catalog.columns.celeba:
        row = next((catalog.columns.celeba[s] for s in sorted(wanted) if s in catalog.columns.celeba), None)
        return catalog.columns.ids[row] if row is not None else None
    files = ((sample, store.celeba_file(sample)) for sample in store.sample_ids)
    return next((sample for sample, file in files if file is not None and file.rpartition(".")[0] in wanted), None)


class GoToLine(QFrame):
    """A line over the top of the window; Enter goes, Esc or a click elsewhere closes it."""

    def __init__(
        self, window: QWidget, store: SampleStore, catalog: Catalog | None, goto: Callable[[SampleId], None]
    ) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self.setObjectName("gotoLine")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(self.tr("Go to sample"))
        self._store, self._catalog, self._goto = store, catalog, goto
        self.line = Field()
        self.line.setObjectName("gotoField")
        self.line.setPlaceholderText(self.tr("Go to sample: 17, celeba:119614, 119614.jpg"))
        self.line.setAccessibleName(self.tr("Go to sample"))
        self.line.setClearButtonEnabled(True)
        self.answer = Label(name="gotoAnswer", muted=True)
        self.answer.setWordWrap(True)
        self.answer.setText(self._range())
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.line)
        column.addWidget(self.answer)
        self.line.textEdited.connect(self._look)
        self.line.returnPressed.connect(self._go)
        self.setFixedWidth(_WIDTH)

    def open(self) -> None:
        """Show it at the top middle of its window."""
        window = self.parentWidget()
        if window is not None:
            self.move(window.mapToGlobal(QPoint((window.width() - _WIDTH) // 2, 56)))
        self.show()
        self.line.setFocus()

    def _range(self) -> str:
        ids = self._store.sample_ids
        if not ids:
            return self.tr("This dataset has no samples.")
        return self.tr("The ids run from {first} to {last}.").format(first=ids[0], last=ids[-1])

    def _look(self, typed: str) -> None:
        """While one types: which sample that would be."""
        self.answer.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        found = sample_meant(typed, self._store, self._catalog) if typed.strip() else None
        if found is None:
            self.answer.setText(self._range())
            return
        file = self._store.celeba_file(found)
        text = self.tr("Sample {sample}").format(sample=found)
        self.answer.setText(f"{text} · CelebA {file}" if file else text)

    def _go(self) -> None:
        typed = self.line.text().strip()
        found = sample_meant(typed, self._store, self._catalog) if typed else None
        if found is None:
            text = self.tr("There is no sample {typed}.").format(typed=typed)
            self.answer.setText(f"{text} {self._range()}")
            self.answer.setForegroundRole(QPalette.ColorRole.BrightText)
            self.line.selectAll()
            return
        self.close()
        self._goto(found)
