"""Joins the captions to what they speak of: checks, the canvas, the labels, and new words for lines that are wrong.

Nothing here changes a caption by itself: every repair is a button that says what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.faces.attributes import attribute_title
from app.faces.classes import CLASS_BY_NAME, CLASSES
from app.faces.sample import Modality
from app.ui.captions.contradictions import Contradiction, Contradictions, contradictions
from app.ui.captions.coverage import CoveragePanel
from app.ui.captions.offers import CaptionOffers
from app.ui.captions.own_grammar import OwnGrammar
from app.ui.captions.panel_checks import PanelChecks
from app.ui.captions.proposals import Question
from app.ui.captions.spelling import Spelling

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.document.changes import Change
    from app.document.document import Document
    from app.document.edits import Edit
    from app.document.mark_lines import MarkSamples
    from app.faces.captions import Captions
    from app.faces.mask import MaskLayers
    from app.faces.sample import SampleId
    from app.inspection.case import Case
    from app.inspection.testimony import Evidence
    from app.ui.captions.panel import CaptionsPanel
    from app.ui.captions.words import Word
    from app.ui.session import Session

_AFTER_MS = 120
_POINTER_MS = 60
"""A quick mouse is not followed at every pixel."""
_STALE_BY = {Modality.MASK, Modality.ATTRIBUTES}


class CaptionDesk(QObject):
    """Looks at the sample a moment after it was shown or changed, never during a stroke."""

    attribute_set = Signal(str)
    """An attribute (by name) was given right instead of a caption: it is to be seen."""
    told = Signal(str)
    """What was done, for the status bar."""
    captions_wanted = Signal()
    """The panel of the captions is to be seen."""

    def __init__(
        self,
        session: Session,
        panel: CaptionsPanel,
        do: Callable[[Edit | MarkSamples], bool],
        window: QWidget,
        *,
        own_words: str = "",
        own_grammar: str = "",
    ) -> None:
        """``own_words`` are in no dictionary and right all the same, with blanks between them.

        ``own_grammar`` is the file of a grammar that captions are read with; empty: the shipped ones.
        """
        super().__init__(window)
        self._session = session
        self.panel = panel
        self.spelling = Spelling(self, own_words)
        self.own_grammar = OwnGrammar(self, own_grammar)
        self.checks = PanelChecks(self)
        self.coverage = CoveragePanel()
        self.held = Contradictions()
        self.dismissed = Contradictions()
        """What would be held against the lines, had nobody let it stand."""
        self.stale: frozenset[int] = frozenset()
        self._case: Case | None = None
        self._is_edited = False
        self._evidence: Evidence | None = None
        self._pointed: tuple[int, int] | None = None
        self.offers = CaptionOffers(self, do, window)
        self._look = _timer(self, _AFTER_MS, self.look)
        self._point = _timer(self, _POINTER_MS, self._light)
        self.spelling.ready.connect(self._on_spelling_ready)
        self.own_grammar.changed.connect(self._on_other_words)
        self.checks.changed.connect(self.look)
        panel.told.connect(self.told)
        panel.word_hovered.connect(self._on_word_hovered)
        panel.word_clicked.connect(self._on_word_clicked)
        panel.line_menu_requested.connect(self.offers.show_menu)
        panel.dismissed_requested.connect(self.offers.show_dismissed)
        self.coverage.cell_chosen.connect(self._show_words)
        session.document_changed.connect(self._on_document_changed)
        session.sample_changed.connect(self._on_sample_changed)
        session.view_changed.connect(self._light)
        session.pixel_hovered.connect(self._on_pixel_hovered)
        session.pixel_left.connect(self._on_pixel_left)

    # What the checks say

    def on_shown(self) -> None:
        """The sample on screen is ready."""
        self._look.start(_AFTER_MS)

    def on_changed(self, changes: Iterable[Change]) -> None:
        """The document changed for good."""
        here = [change for change in changes if change.sample == self._session.sample]
        if here:
            self._is_edited |= any(change.modality in _STALE_BY for change in here)
            self._look.start(_AFTER_MS)

    def _on_document_changed(self, document: Document | None) -> None:
        if document is not None:
            document.marks.subscribe(self._on_marked)

    def _on_marked(self, samples: Iterable[SampleId]) -> None:
        if self._session.sample in tuple(samples):
            self._look.start(0)

    def _on_sample_changed(self, _sample: object) -> None:
        self.offers.put_away()
        self._session.spoken_of = 0
        self.held, self.dismissed, self.stale = Contradictions(), Contradictions(), frozenset()
        self._case, self._is_edited = None, False
        self._look.start(_AFTER_MS)

    def look(self) -> None:
        """Hold the captions against mask and labels now, and mark what does not agree."""
        self._look.stop()
        document, sample = self._session.document, self._session.sample
        if document is None or sample is None or not document.is_open(sample) or document.stroke is not None:
            self.coverage.show_case(None, Contradictions())
            return
        self.spelling.prepare()
        self.own_grammar.prepare()
        self.checks.prepare()
        from app.inspection.case import Case

        labels = document.attributes(sample)
        case = Case(
            sample,
            captions=document.captions(sample),
            attributes=labels,
            mask=document.mask(sample),
            reader=self.own_grammar.reader,
        )
        found = contradictions(self.checks.findings(case), case.reading, labels or {})
        held, self.dismissed = found.parted(document.marks.review(sample).dismissed)
        if self._is_edited and self._case is not None:
            self.stale |= {line for line in held.lines if held.facts(line) - self.held.facts(line)}
        self.stale &= frozenset(held.lines)
        self._case, self.held, self._is_edited = case, held, False
        self.panel.show_contradictions(held, self.stale, len(self.dismissed.findings))
        self.coverage.show_case(case, held)
        self._light()
        self.panel.states_changed.emit()

    def _on_spelling_ready(self) -> None:
        self.panel.use_spelling(self.spelling)

    def _on_other_words(self) -> None:
        from app.generation.phrase_book import words_said

        grammar = self.own_grammar.grammar
        self.panel.use_reader(self.own_grammar.reader)
        self.spelling.know(words_said(grammar) if grammar is not None else frozenset())
        self.look()

    def leave(self) -> None:
        """The program ends: nobody works for the captions any more."""
        self._look.stop()
        self.offers.put_away()
        self.offers.wait(2)
        self.spelling.wait(2)
        self.own_grammar.wait(2)
        self.checks.wait(2)

    # Words and classes

    def _on_word_hovered(self, word: Word | None) -> None:
        self._session.spoken_of = 0 if word is None else word.bits

    def _on_pixel_hovered(self, x: int, y: int) -> None:
        self._pointed = x, y
        if not self._point.isActive():
            self._point.start()

    def _on_pixel_left(self) -> None:
        self._pointed = None
        self._point.start()

    def _light(self) -> None:
        """Words about the class under the pointer are lit, and none while it is elsewhere.

        Not those about the class in hand: there is always one, and the red of skin looks like a contradiction. While a
        stroke is drawn they stay as they are.
        """
        document = self._session.document
        if document is not None and document.stroke is None:
            face_class = CLASSES[self._class_pointed_at() or 0]
            self.panel.light(face_class.bit)

    def _class_pointed_at(self) -> int | None:
        mask = self._mask()
        if self._pointed is None or mask is None:
            return None
        x, y = self._pointed
        if not (0 <= y < mask.bits.shape[0] and 0 <= x < mask.bits.shape[1]):
            return None
        bits = int(mask.bits[y, x])
        return next((k for k in reversed(self._session.paint_order) if bits & CLASSES[k].bit), None)

    def _mask(self) -> MaskLayers | None:
        document, sample = self._session.document, self._session.sample
        return document.mask(sample) if document is not None and sample and document.is_open(sample) else None

    # Repairs

    @property
    def document(self) -> Document | None:
        """The open dataset."""
        return self._session.document

    @property
    def held_sample(self) -> SampleId | None:
        """The sample on screen."""
        return self._session.sample

    def captions(self) -> Captions | None:
        """The captions on screen, as the document has them."""
        document, sample = self._session.document, self._session.sample
        return document.captions(sample) if document is not None and sample and document.is_open(sample) else None

    def question(self) -> Question | None:
        """What new words for lines are made from; None while there is nothing to say anything about."""
        document, sample = self._session.document, self._session.sample
        if document is None or sample is None or not self.panel.is_editable or not document.is_open(sample):
            return None
        from app.generation.lexicon import shipped_lexicon
        from app.generation.mask_facts import decided_by_mask

        given = dict(document.attributes(sample) or {})
        labels: dict[str, bool | None] = given
        if (mask := document.mask(sample)) is not None:
            labels, _ = decided_by_mask(labels, mask, shipped_lexicon("clean").masks)
        wrong = {line: self.held.facts(line) for line in self.held.lines}
        own = self.own_grammar
        return Question(sample, self.panel.texts, given, labels, wrong, own.grammar, own.reader)

    def contradictions_at(self, line: int, word: Word | None) -> tuple[Contradiction, ...]:
        """What is held against a word of a line, else against the line."""
        held = self.held.of(line)
        about = tuple(each for each in held if word is not None and word.fact in each.facts)
        return about or held

    def tell_set(self, line: int, attribute: str, says: str) -> None:
        """The attribute was set on a line's behalf: show it, and say what still contradicts the line in it."""
        self.look()
        self.attribute_set.emit(attribute)
        told = [self.tr("{name} is {value} now.").format(name=attribute_title(attribute), value=says)]
        about = [each for each in self.held.of(line) if any(fact.attribute == attribute for fact in each.facts)]
        if about:
            still = " ".join(dict.fromkeys(each.finding.message for each in about))
            told.append(self.tr("What still contradicts: {reason}").format(reason=still))
        self.told.emit(" ".join(told))

    def _on_word_clicked(self, line: int, word: Word) -> None:
        if word.is_wrong or word.is_misspelt:
            self.offers.show_repairs(line, word)

    def _show_words(self, line: int, attribute: str) -> None:
        """The cursor goes to a line, and the words that speak of the attribute are selected."""
        self.panel.activateWindow()  # the table may float, and what is typed next is meant for the line
        self.panel.edit(line)
        if line < len(self.panel.texts):
            editor = self.panel.row(line).editor
            said = [word for word in editor.words if word.fact is not None and word.fact.attribute == attribute]
            if said:
                editor.setSelection(said[0].start, said[0].end - said[0].start)

    # Evidence beside the attributes

    def on_evidence_hovered(self, evidence: Evidence | None) -> None:
        """The class that it is about is lit on the canvas."""
        name = evidence.face_class if evidence is not None else None
        self._session.spoken_of = CLASS_BY_NAME[name].bit if name is not None else 0

    def show_evidence(self, evidence: Evidence) -> None:
        """Take the class that it is about in hand, or go to the words: of the next caption with every further time."""
        if evidence.captions:
            here = [line for line in evidence.captions if line > self.panel.current]
            is_there = self._evidence == evidence and bool(here)
            self._evidence = evidence
            self.captions_wanted.emit()
            self._show_words(here[0] if is_there else evidence.captions[0], evidence.attribute)
        elif evidence.face_class is not None:
            self._session.face_class = CLASS_BY_NAME[evidence.face_class].id


def _timer(parent: QObject, interval_ms: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(then)
    return timer
