"""A sketch for the sample on screen: drawn as one looks, compared, touched up and taken over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.document.document import Document
from app.document.edits import ReplaceSketch
from app.faces.errors import DamagedFileError, FaceDataError
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, Photo, SampleId, Sketch
from app.formats.sketch_files import (
    Grey,
    encoded_like,
    first_form,
    is_inverted,
    redrawn,
    sketch_pixels,
    why_not_by_hand,
)
from app.generation.sketch.linemap import LOOKED_AT_PX
from app.generation.sketch.methods import Method
from app.ui.messages import Label, ask, sentence
from app.ui.sketching.comparison import Comparison, Hand, Seen
from app.ui.sketching.methods import MethodForm
from app.ui.sketching.previewer import Previewer
from app.ui.sketching.several import SeveralSketches

_AFTER_MS = 60
"""A slider on its way tells more often than a sketch is drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """A sketch as it would be stored, and what it is seen to be then."""

    sketch: Sketch
    pixels: Grey
    photo: Photo


class SketchDialog(QDialog):
    """``do`` makes an edit and says whether it was granted."""

    def __init__(
        self,
        document: Document,
        sample: SampleId,
        do: Callable[[ReplaceSketch], bool],
        selected: tuple[SampleId, ...],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sketchDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Sketch of sample {sample}").format(sample=sample))
        self._document, self._sample, self._do = document, sample, do
        self._photo: Photo | None = None
        self._there = document.sketch(sample)
        self._proposed: Sketch | None = None
        self._old, why_not = _pixels(self._there)
        self._why_not = document.read_only(sample, Modality.SKETCH)
        self._previewer = Previewer(self)
        self._previewer.drawn.connect(self._on_drawn)
        self._previewer.failed.connect(self._say)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self._ask)

        self.anew = QRadioButton(self.tr("Draw a new sketch from the photo"))
        self.by_hand = QRadioButton(self.tr("Touch up the sketch that is there"))
        self._may_touch = self._there is not None and not why_not
        self.by_hand.setToolTip(sentence(why_not) if why_not else "")
        self.anew.setChecked(True)
        self.form = MethodForm()
        self.form.edited.connect(self._timer.start)
        self.comparison = Comparison()
        self.comparison.touched.connect(self._show_state)
        self.seen = self._choices(
            {
                Seen.NEW: self.tr("New"), Seen.OLD: self.tr("As it is"), Seen.WIPE: self.tr("Wipe"),
                Seen.DIFFERENCE: self.tr("Difference"),
            }
        )  # fmt: skip
        self.hands = self._choices(
            {Hand.NONE: self.tr("Look"), Hand.BRUSH: self.tr("Brush"), Hand.ERASER: self.tr("Eraser")}
        )
        self.seen.idClicked.connect(lambda at: self._see(list(Seen)[at]))
        self.hands.idClicked.connect(lambda at: self._take_up(list(Hand)[at]))
        self.width_slider = QSlider(Qt.Orientation.Horizontal)
        self.width_slider.setRange(1, 40)
        self.width_slider.setValue(self.comparison.brush_px)
        self.width_slider.setAccessibleName(self.tr("Width of brush and eraser"))
        self.width_slider.setToolTip(self.tr("Width of brush and eraser"))
        self.width_slider.setMaximumWidth(120)
        self.width_slider.valueChanged.connect(self._set_width)
        self.beneath = QCheckBox(self.tr("Photo beneath"))
        self.beneath.toggled.connect(lambda on: self.comparison.show_photo(self._photo if on else None))
        self.back = QPushButton(self.tr("Take back stroke"))
        self.back.clicked.connect(self.comparison.take_back)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self.comparison.take_back)
        self.state = Label("", muted=True)
        self.state.setWordWrap(True)
        self.several = SeveralSketches(document, lambda: self.form.method, selected)
        self.several.running_changed.connect(self._on_several)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.accept_button = self.buttons.addButton(self.tr("Take over"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.take_over)
        self.buttons.rejected.connect(self.reject)
        self.anew.toggled.connect(self._begin)
        self._arrange()
        self._begin()

    @property
    def is_busy(self) -> bool:
        """Whether a sketch is being drawn, or is about to be."""
        return self._previewer.is_busy or self._timer.isActive()

    def _choices(self, titles: dict[Seen, str] | dict[Hand, str]) -> QButtonGroup:
        group = QButtonGroup(self)
        for at, title in enumerate(titles.values()):
            button = QPushButton(title)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setChecked(at == 0)
            group.addButton(button, at)
        return group

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.anew)
        left.addWidget(self.form)
        left.addWidget(self.by_hand)
        left.addWidget(self.state)
        left.addStretch(1)
        left.addWidget(self.several)
        views, tools = QHBoxLayout(), QHBoxLayout()
        for button in self.seen.buttons():
            views.addWidget(button)
        views.addStretch(1)
        views.addWidget(self.beneath)
        for button in self.hands.buttons():
            tools.addWidget(button)
        tools.addWidget(self.width_slider)
        tools.addStretch(1)
        tools.addWidget(self.back)
        right = QVBoxLayout()
        right.addLayout(views)
        right.addLayout(tools)
        right.addWidget(self.comparison, 1)
        both = QHBoxLayout()
        both.addLayout(left)
        both.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.addLayout(both, 1)
        column.addWidget(self.buttons)
        self.back.setAutoDefault(False)

    # What is proposed

    def _begin(self) -> None:
        """Draw anew, or begin with the one that is there."""
        if self.anew.isChecked():
            self._ask()
        else:
            self._timer.stop()
            self._show(self._there, self._old)
            self._take_up(Hand.BRUSH)

    def _ask(self) -> None:
        self._timer.stop()
        method = self.form.method
        if method is None or not self.anew.isChecked():
            self._say(self.tr("choose a model"))
            return
        document, sample, there, photo = self._document, self._sample, self._there, self._photo
        mask = document.mask(sample) if method.needs_mask else None
        if mask is not None:
            mask = mask.copy()
        self._previewer.ask(lambda _progress: _draw(document, sample, there, photo, mask, method))
        self._show_state()

    def _on_drawn(self, drawn: _Drawn) -> None:
        self._photo = drawn.photo
        if self.anew.isChecked():
            self._show(drawn.sketch, drawn.pixels)

    def _show(self, sketch: Sketch | None, pixels: Grey | None) -> None:
        self._proposed = sketch
        model = pixels if self._old is None else self._old
        self.comparison.show_sketches(self._old, pixels, is_inverted=model is not None and is_inverted(model))
        self._show_state()

    def _show_state(self) -> None:
        can_compare = self._old is not None
        for at, button in enumerate(self.seen.buttons()):
            button.setEnabled(at == 0 or can_compare)
        is_new = self._proposed is not None and (self._proposed != self._there or self.comparison.is_touched)
        may = self._why_not is None and not self.several.is_running
        self.accept_button.setEnabled(is_new and may)
        is_touched = self.comparison.is_touched
        self.back.setEnabled(is_touched)
        # Drawing anew would be the end of what was done by hand.
        self.form.setEnabled(self.anew.isChecked() and not is_touched)
        self.anew.setEnabled(not is_touched)
        self.by_hand.setEnabled(self._may_touch and not is_touched)
        self.beneath.setEnabled(self._photo is not None)
        if self._why_not is not None:
            self.state.setText(sentence(self._why_not))
        elif is_touched:
            self.state.setText(self.tr("Take your strokes back to draw anew."))
        elif self.comparison.seen is Seen.DIFFERENCE:
            self.state.setText(self.tr("Orange: only in the sketch that is there. Blue: only in the new one."))
        elif self._there is None:
            self.state.setText(self.tr("This sample has no sketch yet."))
        else:
            self.state.setText(self.tr("Size, polarity and kind of file stay as they are."))

    def _on_several(self, running: bool) -> None:
        there = self._document.sketch(self._sample)
        if not running and there != self._there:
            self._there = there
            self._old, why_not = _pixels(there)
            self._may_touch = there is not None and not why_not
            self._begin()
        self._show_state()

    def _say(self, why: str) -> None:
        self.state.setText(sentence(why))

    def _see(self, seen: Seen) -> None:
        self._take_up(Hand.NONE)
        self.comparison.seen = seen
        self._show_state()

    def _take_up(self, hand: Hand) -> None:
        self.comparison.hand = hand
        self.hands.button(list(Hand).index(hand)).setChecked(True)
        if hand is not Hand.NONE:
            self.seen.button(0).setChecked(True)
        self._show_state()

    def _set_width(self, width: int) -> None:
        self.comparison.brush_px = width
        self.comparison.update()

    # The end

    def take_over(self) -> None:
        """The sketch is as proposed: one undoable edit."""
        sketch = self._proposed
        if sketch is None or not self.accept_button.isEnabled():
            return
        label = self.tr("Draw sketch") if self.anew.isChecked() else self.tr("Touch up sketch")
        try:
            if self.comparison.is_touched and self.comparison.new is not None:
                sketch = encoded_like(self.comparison.new, sketch)
        except (FaceDataError, OSError) as error:
            self._say(str(error))
            return
        if self._do(ReplaceSketch(self._sample, sketch, label)):
            self.accept()

    def reject(self) -> None:
        """Closed without taking over; strokes are not lost without a question."""
        if self.comparison.is_touched:
            lose, stay = self.tr("Lose them"), self.tr("Go on drawing")
            text = self.tr("Your strokes were not taken over.")
            if ask(self, self.windowTitle(), text, [stay, lose], escape=stay) != lose:
                return
        super().reject()

    def done(self, result: int) -> None:
        """Closed, one way or the other: nothing is drawn any more."""
        self._timer.stop()
        self.several.leave()
        self._previewer.leave()
        super().done(result)


def _pixels(sketch: Sketch | None) -> tuple[Grey | None, str | None]:
    """What is seen of a sketch, and why it cannot be drawn on."""
    if sketch is None:
        return None, None
    try:
        return sketch_pixels(sketch), why_not_by_hand(sketch)
    except FaceDataError as error:
        return None, str(error)


def _draw(
    document: Document, sample: SampleId, there: Sketch | None, photo: Photo | None, mask: MaskLayers | None,
    method: Method,
) -> _Drawn:  # fmt: skip
    """On a thread."""
    store = document.store
    if photo is None:
        read = store.read_photo(sample)
        if read.value is None:
            raise DamagedFileError(read.problems[0].message if read.problems else "its photo cannot be read")
        photo = read.value
    old, _ = _pixels(there)
    model = first_form(store, store.sample_ids) if old is None else None
    shape = old.shape if old is not None else model.shape if model is not None else None
    size = LOOKED_AT_PX if shape is None else max(shape)
    sketch = redrawn(store, sample, method.drawer()(photo, mask, size), there)
    return _Drawn(sketch, sketch_pixels(sketch), photo)
