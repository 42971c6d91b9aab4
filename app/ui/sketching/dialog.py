"""A sketch for the sample on screen: drawn as one looks, compared, touched up and taken over."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app.document.edits import ReplaceSketch
from app.faces.errors import FaceDataError
from app.faces.sample import Modality, Photo, SampleId, Sketch
from app.formats.sketch_files import Grey, encoded_like, is_inverted, is_lossy
from app.generation.sketch.methods import ByLineMap, ByNetwork, ByPhotocopy, Method
from app.ui.exporting.boxes import RadioBox
from app.ui.messages import Label, ask, sentence, tooltip
from app.ui.sketching.comparison import Comparison, Hand, Seen
from app.ui.sketching.methods import MethodForm
from app.ui.sketching.previewer import Previewer
from app.ui.sketching.proposal import Proposal, Scores, in_words, pixels_of, propose, score, what_is_odd
from app.ui.sketching.saving import save_picture, save_strokes
from app.ui.sketching.several import SeveralSketches, draw_several, may_draw
from app.ui.sketching.tools import Tools

if TYPE_CHECKING:
    from app.ui.workspace import Workspace

_AFTER_MS = 60
"""A slider on its way tells more often than a sketch is drawn."""
_SIZE = (1180, 760)
_MARGIN = 60
_FORM_WIDTH = 330
_KEPT = "sketching"
_BRUSH_KEPT = "sketching_brush"
_KEYS = {
    "brush.larger": lambda c: c.scale_brush(1), "brush.smaller": lambda c: c.scale_brush(-1),
    "view.fit": lambda c: c.viewport.fit(), "view.actual_size": lambda c: c.viewport.actual_size(),
    "view.zoom_in": lambda c: c.viewport.zoom_in(), "view.zoom_out": lambda c: c.viewport.zoom_out(),
    "edit.undo": lambda c: c.undo(), "edit.redo": lambda c: c.redo(),
}  # fmt: skip
"""Actions of the window whose keys, whatever the user made of them, do the same here."""


class SketchDialog(QDialog):
    """``sketchDialog``. With ``by_hand`` the sketch that is there is to be drawn on."""

    def __init__(self, workspace: Workspace, sample: SampleId, *, by_hand: bool = False) -> None:
        window = workspace.bulk.window
        super().__init__(window)
        assert workspace.document is not None
        self.setObjectName("sketchDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Sketch of sample {sample}").format(sample=sample))
        self._document, self._sample, self._do = workspace.document, sample, workspace.do
        self._desk, self._state = workspace.bulk, window.state
        self._photo: Photo | None = None
        self._there = self._document.sketch(sample)
        self._proposal: Proposal | None = None
        self._scores: Scores | None = None
        self._old, self._why_not_by_hand = pixels_of(self._there)
        self._why_not = self._document.read_only(sample, Modality.SKETCH)
        self._previewer, self._scorer = Previewer(self), Previewer(self)
        self._previewer.drawn.connect(self._on_drawn)
        self._previewer.failed.connect(self._on_failed)
        self._scorer.drawn.connect(self._on_scored)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        self._doubt = ""

        self.anew = RadioBox(self.tr("Draw a new sketch from the photo"))
        self.by_hand = RadioBox(self.tr("Touch up the sketch that is there"))
        self._may_touch = self._there is not None and not self._why_not_by_hand
        if self._why_not_by_hand:
            self.by_hand.setToolTip(tooltip(sentence(self._why_not_by_hand)))
        (self.by_hand if by_hand and self._may_touch else self.anew).setChecked(True)
        self.form = MethodForm(self._state.text(_KEPT))
        self.form.edited.connect(self._timer.start)
        self.tools = Tools()
        self.comparison = self.tools.comparison
        self.tools.changed.connect(self._show_state)
        self.tools.beneath.toggled.connect(lambda on: self.comparison.show_photo(self._photo if on else None))
        self.comparison.touched.connect(self._on_touched)
        self.agreement = Label("", name="sketchAgreement")
        self.agreement.setWordWrap(True)
        self.state = Label("", name="sketchState", muted=True)
        self.state.setWordWrap(True)
        self.several = SeveralSketches(self._document, tuple(workspace.browsing.view.picked()))
        self.several.wanted.connect(self._draw_several)
        self._desk.running.changed.connect(self._show_state)
        self.save_menu = QMenu(self)
        self.save_png = self.save_menu.addAction(self.tr("As PNG, what is shown…"), self._save_picture)
        self.save_svg = self.save_menu.addAction(self.tr("As SVG, the strokes…"), self._save_strokes)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.save_button = self.buttons.addButton(self.tr("Save a copy"), QDialogButtonBox.ButtonRole.ActionRole)
        self.save_button.setMenu(self.save_menu)
        self.accept_button = self.buttons.addButton(self.tr("Use this sketch"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.take_over)
        self.buttons.rejected.connect(self.reject)
        self.anew.toggled.connect(self._begin)
        for action_id, do in _KEYS.items():
            self._follow(window.actions_[action_id].shortcuts(), do)
        self._arrange()
        brush = self._state.text(_BRUSH_KEPT)
        self.comparison.brush_px = int(brush) if brush.isdecimal() else self.comparison.brush_px
        self._begin()
        room = self.screen().availableSize()
        self.resize(min(_SIZE[0], room.width() - _MARGIN), min(_SIZE[1], room.height() - _MARGIN))

    @property
    def is_busy(self) -> bool:
        """Whether a sketch is being drawn, or is about to be."""
        return self._previewer.is_busy or self._timer.isActive()

    @property
    def is_scoring(self) -> bool:
        """Whether the words about the photo are still to come."""
        return self._scorer.is_busy

    def _follow(self, keys: list[QKeySequence], do: Callable[[Comparison], None]) -> None:
        for key in keys:
            QShortcut(key, self, lambda: do(self.comparison))

    def _arrange(self) -> None:
        side = QWidget()
        side.setFixedWidth(_FORM_WIDTH)
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 8, 0)
        left.addWidget(self.anew)
        left.addWidget(self.form)
        left.addWidget(self.by_hand)
        left.addWidget(self.state)
        left.addStretch(1)
        left.addWidget(self.several)
        foot = QHBoxLayout()
        foot.addWidget(self.agreement, 1)
        foot.addWidget(self.buttons)
        both = QHBoxLayout()
        both.addWidget(side)
        both.addWidget(self.tools, 1)
        column = QVBoxLayout(self)
        column.addLayout(both, 1)
        column.addLayout(foot)

    # What is proposed

    def _begin(self) -> None:
        """Draw anew, or begin with the one that is there."""
        if self.anew.isChecked():
            self._ask()
        else:
            self._timer.stop()
            self._proposal = None
            self._tell("")
            self._show(self._old)
            self.tools.take_up(Hand.BRUSH)

    def _ask(self) -> None:
        self._timer.stop()
        method, size = self.form.method, self.form.longer_side
        if method is None or not self.anew.isChecked():
            if method is None:
                self._on_failed(self.tr("choose a model"))
            self._show_state()
            return
        if self._proposal is None or self._is_of_another_model(method):
            # What stands there must not pass for the model's.
            self._proposal = None
            self.comparison.show_none("")
        document, sample, there, photo = self._document, self._sample, self._there, self._photo
        mask = document.mask(sample) if method.needs_mask else None
        if mask is not None:
            mask = mask.copy()
        self._tell("")
        self._previewer.ask(lambda _progress: propose(document, sample, there, photo, mask, method, size))
        self._show_state()

    def _on_drawn(self, proposal: Proposal) -> None:
        self._photo = proposal.photo
        if self.anew.isChecked():
            self._proposal = proposal
            self._tell(what_is_odd(proposal))
            self._show(proposal.pixels)

    def _on_failed(self, why: str) -> None:
        if self.anew.isChecked():
            self._proposal = None
            self._tell(sentence(why))
            self.comparison.show_none(self.tr("Nothing is drawn: see at the left why."))
            self._ask_scores()
        self._show_state()

    def _tell(self, doubt: str) -> None:
        """A model's stands beside its name; that of other ways where it moves no slider from under the hand."""
        is_models = not isinstance(self.form.method, ByLineMap | ByPhotocopy)
        self.form.tell(doubt if is_models else "")
        self._doubt = "" if is_models else doubt

    def _is_of_another_model(self, method: Method) -> bool:
        was = None if self._proposal is None else self._proposal.method
        return was != method and (isinstance(was, ByNetwork) or isinstance(method, ByNetwork))

    def _show(self, pixels: Grey | None) -> None:
        model = pixels if self._old is None else self._old
        self.comparison.show_sketches(self._old, pixels, is_inverted=model is not None and is_inverted(model))
        self._ask_scores()
        self._show_state()

    def _on_touched(self) -> None:
        self._ask_scores()
        self._show_state()

    def _ask_scores(self) -> None:
        """The words about the sketches are those of a moment ago until the new ones are there."""
        store, sample, photo, new = self._document.store, self._sample, self._photo, self.comparison.new
        old = self._old
        new = None if new is None else new.copy()
        self._scorer.ask(lambda _progress: score(store, sample, photo, old, new))

    def _on_scored(self, scores: Scores) -> None:
        self._photo, self._scores = scores.photo, scores
        told = []
        is_other = self.anew.isChecked() or self.comparison.is_touched
        if scores.new is not None and is_other:
            told.append(self.tr("The new sketch {agrees}.").format(agrees=in_words(scores.new)))
        if scores.old is not None:
            is_one_of_two = bool(told) or self.anew.isChecked()
            words = self.tr("The one that is there {agrees}.") if is_one_of_two else self.tr("The sketch {agrees}.")
            told.append(words.format(agrees=in_words(scores.old)))
        self.agreement.setText(" ".join(told))
        self._show_state()

    # What can be done

    def _show_state(self) -> None:
        is_touched = self.comparison.is_touched
        self.tools.show_state(has_photo=self._photo is not None)
        sketch = self._sketch()
        is_new = sketch is not None and (sketch != self._there or is_touched)
        is_running = self._desk.running.is_running
        self.accept_button.setEnabled(is_new and self._why_not is None and not is_running)
        self.several.allow(may=self._is_method_sound() and not is_touched and not is_running)
        # Drawing anew would be the end of what was done by hand.
        self.form.setEnabled(self.anew.isChecked() and not is_touched)
        self.anew.setEnabled(not is_touched)
        self.by_hand.setEnabled(self._may_touch and not is_touched)
        self.save_png.setEnabled(self.comparison.image() is not None)
        self.save_svg.setEnabled(self._strokes_shown())
        self.state.setText(self._state_words(sketch))

    def _is_method_sound(self) -> bool:
        """Whether others can be drawn that way: a model has to have drawn this one."""
        method = self.form.method
        if isinstance(method, ByNetwork):
            return self._proposal is not None and self._proposal.method == method
        return method is not None

    def _state_words(self, sketch: Sketch | None) -> str:
        if self._doubt or self._why_not is not None:
            return " ".join(filter(None, (self._doubt, sentence(self._why_not or ""))))
        if self.comparison.seen is Seen.DIFFERENCE:
            return self.tr("Orange: only in the sketch that is there. Blue: only in the new one.")
        told = []
        if self.comparison.is_touched and self.anew.isChecked():
            told.append(self.tr("Take your strokes back to draw anew."))
        elif self._there is None:
            told.append(self.tr("This sample has no sketch yet."))
        elif self.form.longer_side is None or not self.anew.isChecked():
            told.append(self.tr("Size, polarity and kind of file stay as they are."))
        else:
            told.append(self.tr("Polarity and kind of file stay as they are; the size becomes another."))
        if sketch is not None and is_lossy(sketch):
            told.append(
                self.tr(
                    "The file is a JPEG, which cannot be edited without loss: all of it is compressed anew, as finely"
                    " as it was. Where nothing is drawn, grey beside lines changes a little."
                )
                if self._there is not None and not self.anew.isChecked()
                else self.tr("It becomes a JPEG, as finely compressed as the others.")
            )
        return " ".join(told)

    def _sketch(self) -> Sketch | None:
        """The file that is proposed, strokes by hand aside."""
        if not self.anew.isChecked():
            return self._there
        return None if self._proposal is None else self._proposal.sketch

    # Copies

    def _strokes_shown(self) -> bool:
        has_strokes = self.anew.isChecked() and self._proposal is not None and self._proposal.strokes is not None
        return has_strokes and not self.comparison.is_touched and self.comparison.seen is not Seen.OLD

    def _save_picture(self) -> None:
        image = self.comparison.image()
        if image is not None:
            self._tell_saved(save_picture(self, image, f"{self._sample}_sketch.png"))

    def _save_strokes(self) -> None:
        if self._strokes_shown() and self._proposal is not None and self._proposal.strokes is not None:
            shape = self._proposal.pixels.shape
            strokes = self._proposal.strokes
            self._tell_saved(save_strokes(self, strokes, (shape[0], shape[1]), f"{self._sample}_sketch.svg"))

    def _tell_saved(self, told: str) -> None:
        if told:
            self.state.setText(told)

    # Many

    def _draw_several(self, samples: tuple[SampleId, ...]) -> None:
        """The dialog goes; the work shows itself in the window's status bar."""
        method, size = self.form.method, self.form.longer_side
        if method is None or not may_draw(self, samples):
            return
        desk, document = self._desk, self._document
        self.done(QDialog.DialogCode.Accepted)
        draw_several(desk, document, method, size, samples)

    # The end

    def take_over(self) -> None:
        """The sketch is as proposed: one undoable edit."""
        sketch = self._sketch()
        if sketch is None or not self.accept_button.isEnabled():
            return
        label = self.tr("Draw sketch") if self.anew.isChecked() else self.tr("Touch up sketch")
        try:
            if self.comparison.is_touched and self.comparison.new is not None:
                sketch = encoded_like(self.comparison.new, sketch)
        except (FaceDataError, OSError) as error:
            self.state.setText(sentence(str(error)))
            return
        if self._do(ReplaceSketch(self._sample, sketch, label)):
            self.accept()

    def reject(self) -> None:
        """Closed without taking over; strokes are not lost without a question, one under the hand is dropped."""
        if self.comparison.cancel_stroke():
            return
        if self.comparison.is_touched:
            lose, stay = self.tr("Lose them"), self.tr("Go on drawing")
            text = self.tr("Your strokes are not in the sketch yet.")
            if ask(self, self.windowTitle(), text, [stay, lose], escape=stay) != lose:
                return
        super().reject()

    def done(self, result: int) -> None:
        """Closed, one way or the other: nothing is drawn any more, and what was chosen is chosen the next time."""
        self._state.keep_text(_KEPT, self.form.kept_text())
        self._state.keep_text(_BRUSH_KEPT, str(self.comparison.brush_px))
        self._timer.stop()
        self._previewer.leave()
        self._scorer.leave()
        super().done(result)
