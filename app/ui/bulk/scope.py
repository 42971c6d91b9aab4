"""Which samples a long work is about: the one on screen, those selected, those listed, or all."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox

if TYPE_CHECKING:
    from app.faces.sample import SampleId
    from app.ui.browsing import Browsing
    from app.ui.session import Session


class Scope(Enum):
    """The four."""

    SAMPLE = "sample"
    PICKED = "picked"
    LISTED = "listed"
    ALL = "all"


class ScopeBox(QComboBox):
    """One line per scope, each with its live count."""

    edited = Signal()
    """Other samples are meant, by the user or because the window went on."""

    def __init__(self, session: Session, browsing: Browsing, preferred: Scope | None = None) -> None:
        super().__init__()
        self.setObjectName("bulkScope")
        self.setAccessibleName(self.tr("In which samples"))
        self._session = session
        self._browsing = browsing
        for scope in Scope:
            self.addItem("", scope)
        self._refresh()
        self.choose(preferred or self._likely())
        self.activated.connect(lambda _: self.edited.emit())
        # Methods, not lambdas: the gallery outlives this box, and only a method's connection ends with its object.
        browsing.hits_changed.connect(self._on_listed)
        browsing.view.selection_changed.connect(self._on_picked)
        session.sample_changed.connect(self._on_sample)

    @property
    def scope(self) -> Scope:
        """The one that is chosen."""
        chosen = self.currentData()
        assert isinstance(chosen, Scope)
        return chosen

    def choose(self, scope: Scope) -> None:
        """Choose this one, as the user would."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(scope))
        self.edited.emit()

    def ids(self) -> tuple[SampleId, ...]:
        """The samples meant."""
        return self._of(self.scope)

    def _likely(self) -> Scope:
        if len(self._of(Scope.PICKED)) > 1:
            return Scope.PICKED
        return Scope.LISTED if self._browsing.query.strip() and self._browsing.hits else Scope.ALL

    def _of(self, scope: Scope) -> tuple[SampleId, ...]:
        document, sample = self._session.document, self._session.sample
        if document is None:
            return ()
        match scope:
            case Scope.SAMPLE:
                return () if sample is None else (sample,)
            case Scope.PICKED:
                return tuple(self._browsing.view.picked())
            case Scope.LISTED:
                return tuple(self._browsing.hits)
        return tuple(document.store.sample_ids)

    def _refresh(self) -> None:
        texts = {
            Scope.SAMPLE: self.tr("This sample ({sample})").format(sample=self._session.sample or "–"),
            Scope.PICKED: self.tr("Selected in the gallery ({count})"),
            Scope.LISTED: self.tr("Listed by the search ({count})"),
            Scope.ALL: self.tr("All samples ({count})"),
        }
        for row, (scope, text) in enumerate(texts.items()):
            self.setItemText(row, text.replace("{count}", f"{len(self._of(scope)):,}"))

    def _on_sample(self) -> None:
        self._on_changed(Scope.SAMPLE)

    def _on_listed(self) -> None:
        self._on_changed(Scope.LISTED)

    def _on_picked(self) -> None:
        self._on_changed(Scope.PICKED)

    def _on_changed(self, scope: Scope) -> None:
        self._refresh()
        if self.scope is scope:
            self.edited.emit()
