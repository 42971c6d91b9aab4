"""The panel: an operator, its classes and parameters, what it would come to, and the button that does it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.imaging.cleanup import OPERATOR_BY_NAME, OPERATORS, Operator, Value
from app.ui.cleanup.controls import Choice, ParameterForm, value_of
from app.ui.cleanup.gains import Gains
from app.ui.cleanup.targets import TargetChooser
from app.ui.exporting.boxes import TickBox
from app.ui.messages import Label, tooltip

if TYPE_CHECKING:
    from app.ui.session import Session

_OPERATOR = "cleanup.operator"
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CleanupPanel(QWidget):
    """Says what is wished for; what it comes to is told to it. Enter applies, Esc leaves."""

    edited = Signal()
    """Another operator, other classes or parameters."""
    apply_requested = Signal()
    cancel_requested = Signal()
    """What is being worked out is not wanted any more."""
    range_requested = Signal()
    """The threshold's range is to be the range within which is painted."""
    reach_edited = Signal(float)
    """How far the operator reaches around a pixel, in mask pixels, is this now."""
    left = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("cleanupPanelContent")
        self._session = session
        self.operators = _operator_choice(self.tr("Clean-up"), self.tr)
        self.hint = Label(muted=True)
        self.hint.setWordWrap(True)
        self.targets = TargetChooser(session)
        self._form_place = QVBoxLayout()
        self._form: ParameterForm | None = None
        self.ignores = TickBox(self.tr("Ignore area and photo range"))
        self.ignores.setObjectName("cleanupIgnores")
        self.ignores.setToolTip(
            tooltip(self.tr("The restrictions of the strip do not hold this once. Locked classes stay as they are."))
        )
        self.gains = Gains(session)
        self.apply = QPushButton(self.tr("Apply"))
        self.apply.setObjectName("cleanupApply")
        self.apply.setToolTip(tooltip(self.tr("Do it, as one step (Enter)")))
        self.use_range = QPushButton(self.tr("Use as range"))
        self.use_range.setObjectName("cleanupUseRange")
        self.use_range.setToolTip(tooltip(self.tr("Tools change only pixels in this range of the photo")))
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setMaximumHeight(8)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setObjectName("cleanupCancel")
        for widget in (self.progress, self.cancel):
            widget.hide()
        self._lay_out()
        self.operators.edited.connect(lambda name: session.set_option(_OPERATOR, name))
        session.option_changed.connect(self._on_option_changed)
        self.targets.edited.connect(self.edited)
        self.ignores.clicked.connect(self.edited)
        self.apply.clicked.connect(self.apply_requested)
        self.cancel.clicked.connect(self.cancel_requested)
        self.use_range.clicked.connect(self.range_requested)
        self._show_operator()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(5)
        column.addWidget(self.operators)
        column.addWidget(self.targets)
        column.addLayout(self._form_place)
        column.addWidget(self.use_range)
        column.addWidget(self.ignores)
        column.addWidget(self.gains)
        column.addWidget(self.hint)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(6, 2, 6, 6)
        buttons.addWidget(self.gains.words, 1)
        buttons.addWidget(self.progress, 1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.apply)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addLayout(buttons)
        self.setFocusProxy(self.operators)

    def sizeHint(self) -> QSize:
        return QSize(260, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 120)

    # What is wished for

    @property
    def operator(self) -> Operator:
        """The one chosen."""
        return OPERATOR_BY_NAME.get(str(self._session.option(_OPERATOR, "")), OPERATORS[0])

    def choose(self, name: str) -> None:
        """Choose an operator by its name."""
        self._session.set_option(_OPERATOR, name)

    def values(self) -> dict[str, Value]:
        """Its parameters as they are set."""
        operator = self.operator
        return {parameter.name: value_of(operator, parameter, self._session) for parameter in operator.parameters}

    def _on_option_changed(self, key: str) -> None:
        if key == _OPERATOR:
            self._show_operator()
            self.edited.emit()

    def _show_operator(self) -> None:
        operator = self.operator
        self.operators.show_value(operator.name)
        self.hint.setText(self.tr(operator.hint))
        self.targets.setVisible(operator.has_targets)
        self.use_range.setVisible(operator.needs_photo)
        if self._form is not None:
            self._form_place.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
        self._form = ParameterForm(operator, self._session)
        self._form.edited.connect(self.edited)
        self._form.reach_edited.connect(self.reach_edited)
        self._form_place.addWidget(self._form)
        # The form was made last and would come last; containers stand for themselves only, not for what is in them.
        controls = [control.focusProxy() or control for control in self._form.controls.values()]
        chain = [self.operators, self.targets.mode, *self.targets.ticks.values(), *controls]
        chain += [self.use_range, self.ignores, self.cancel, self.apply]
        for first, second in itertools.pairwise(chain):
            QWidget.setTabOrder(first, second)

    # What it comes to

    def show_busy(self, is_busy: bool) -> None:
        """It takes a while: say so, and let it be cancelled."""
        self.gains.words.setVisible(not is_busy)
        self.progress.setVisible(is_busy)
        self.cancel.setVisible(is_busy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        button = self.focusWidget()
        if event.key() in _ENTER and isinstance(button, QPushButton):
            button.click()
        elif event.key() in _ENTER and self.apply.isEnabled():
            self.apply_requested.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _operator_choice(title: str, tr: Callable[[str], str]) -> Choice:
    """All operators, family by family."""
    choice = Choice(title)
    choice.setObjectName("cleanupOperator")
    choice.setMaxVisibleItems(len(OPERATORS) + 8)
    model = choice.model()
    assert isinstance(model, QStandardItemModel)
    family = ""
    for operator in OPERATORS:
        if operator.family != family:
            family = operator.family
            heading = QStandardItem(tr(family))
            heading.setEnabled(False)
            model.appendRow(heading)
        choice.addItem(tr(operator.title), operator.name)
    return choice
