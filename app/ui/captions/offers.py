"""What is offered for a line: repairs of what contradicts it, other words, what it said before.

Every offer shows the words it would write. New words are drawn beside the window and come a moment after the card.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.faces.attributes import attribute_title
from app.faces.errors import FaceDataError
from app.faces.finding import SetAttribute as SetAttributeRepair
from app.ui.captions.popup import CaptionPopup, Offer, Tick
from app.ui.captions.proposals import Question, proposals, proposals_for
from app.ui.job import Job
from app.ui.messages import sentence

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.document.edits import Edit
    from app.document.mark_lines import MarkSamples
    from app.faces.sample import SampleId
    from app.ui.captions.contradictions import Contradiction
    from app.ui.captions.desk import CaptionDesk
    from app.ui.captions.words import Word

_CHOICES = 4
_PAST = 8


class CaptionOffers(QObject):
    """Fills the card above a line and carries out what is chosen."""

    def __init__(self, desk: CaptionDesk, do: Callable[[Edit | MarkSamples], bool], window: QWidget) -> None:
        super().__init__(desk)
        self._desk = desk
        self._do = do
        self.popup = CaptionPopup(window)
        self._job: Job | None = None
        self._seed = 0
        self.popup.closed.connect(self._forget)

    def put_away(self) -> None:
        """Nothing is offered any more."""
        self.popup.put_away()

    def wait(self, timeout_s: float) -> None:
        """Return when no words are being looked for any more, or after the time."""
        for job in self.findChildren(Job):
            job.wait(timeout_s)

    # Repairs

    def show_repairs(self, line: int | None = None, word: Word | None = None, *, focus: bool = False) -> None:
        """What can be done about a contradiction: of a word, else of the line (the one under the cursor)."""
        line = self._desk.panel.current if line is None else line
        question = self._desk.question()
        if word is not None and word.is_misspelt:
            self._show_spellings(line, word, focus=focus)
            return
        held = self._desk.contradictions_at(line, word)
        if not held:
            self.show_rewordings(line, focus=focus)
            return
        parts: list[str | Offer] = list(dict.fromkeys(each.finding.message for each in held))
        dismiss = self._dismiss_offer(held)
        if question is None or line >= len(question.texts):  # what cannot be edited can be let stand
            self._show(line, [*parts, dismiss], focus=focus)
            return
        parts += [self._label_offer(line, repair) for repair in self._label_repairs(question, word, held)]
        parts.append(self.tr("Or say instead:") if isinstance(parts[-1], Offer) else self.tr("Say instead:"))
        self._show(line, [*parts, dismiss], focus=focus)
        self._propose(line, parts, question, 2, last=dismiss)

    def _label_repairs(
        self, question: Question, word: Word | None, held: tuple[Contradiction, ...]
    ) -> list[SetAttributeRepair]:
        """The repairs that give the attributes right instead of the words, each once."""
        repairs = [r for each in held for r in each.finding.repairs if isinstance(r, SetAttributeRepair)]
        if (
            word is not None
            and word.fact is not None
            and question.given.get(word.fact.attribute) is not word.fact.value
        ):
            repairs.append(SetAttributeRepair(*word.fact))
        return list(dict.fromkeys(repairs))

    def _label_offer(self, line: int, repair: SetAttributeRepair) -> Offer:
        from app.document.edits import SetAttribute

        says = {True: self.tr("yes"), False: self.tr("no"), None: self.tr("unknown")}[repair.value]
        text = self.tr("Set the attribute: {name} is {value}").format(
            name=attribute_title(repair.attribute), value=says
        )
        sample = self._desk.held_sample

        def set_it() -> None:
            if sample is not None and self._do(SetAttribute(sample, repair.attribute, repair.value)):
                self._desk.tell_set(line, repair.attribute, says)

        return Offer(text, set_it)

    # What is let stand

    def dismissal(self, line: int) -> Offer | None:
        """Letting all stand that is held against a line; None: nothing is."""
        held = self._desk.held.of(line)
        return self._dismiss_offer(held) if held else None

    def _dismiss_offer(self, held: tuple[Contradiction, ...]) -> Offer:
        findings = tuple({each.finding.key: each.finding for each in held}.values())
        text = self.tr("Dismiss: it is right as it stands")
        keys = tuple(finding.key for finding in findings)
        return Offer(text, lambda: self._mark(findings[0].sample, dismiss=keys))

    def show_dismissed(self) -> None:
        """What was dismissed in this sample; a click holds it against the lines again."""
        found = self._desk.dismissed.findings
        if not found:
            return
        offers = [
            Offer(finding.message, partial(self._mark, finding.sample, recall=(finding.key,))) for finding in found
        ]
        button = self._desk.panel.dismissed
        above = button if button.isVisible() else self._desk.panel
        title = self.tr("Dismissed in this sample. A click takes that back:")
        self.popup.show_offers(above, [title, *offers], focus=True)

    def _mark(self, sample: SampleId, *, dismiss: tuple[str, ...] = (), recall: tuple[str, ...] = ()) -> None:
        from app.document.mark_lines import MarkSamples

        self._do(MarkSamples((sample,), dismiss=dismiss, recall=recall))

    # Spelling

    def _show_spellings(self, line: int, word: Word, *, focus: bool) -> None:
        desk = self._desk
        written = desk.panel.texts[line][word.start : word.end]
        offers = self.spellings(line, word)
        title = (
            self.tr("“{word}” is in no dictionary.")
            if len(offers) > 1
            else self.tr("“{word}” is in no dictionary, nor near.")
        )
        self._show(line, [title.format(word=written), *offers], focus=focus)

    def spellings(self, line: int, word: Word) -> list[Offer]:
        """What a misspelt word may be instead, and at the end that it is right."""
        desk = self._desk
        written = desk.panel.texts[line][word.start : word.end]
        found = desk.spelling.suggestions(written)
        known = Offer(self.tr("“{word}” is a word").format(word=written), lambda: desk.spelling.learn(written))
        return [*(Offer(other, partial(self._respell, line, word, written, other)) for other in found), known]

    def _respell(self, line: int, word: Word, written: str, other: str) -> None:
        panel, sample = self._desk.panel, self._desk.held_sample
        panel.flush()
        text = panel.texts[line] if line < len(panel.texts) else ""
        if sample is not None and text[word.start : word.end] == written:
            self._say(sample, line, text[: word.start] + other + text[word.end :])

    # Other words

    def show_rewordings(self, line: int | None = None, *, focus: bool = True) -> None:
        """Other words for a line (the one under the cursor), near those it has."""
        line = self._desk.panel.current if line is None else line
        self._desk.panel.flush()
        question = self._desk.question()
        if question is None or line >= len(question.texts):
            return
        title = self.tr("Say caption {number} in other words:").format(number=line + 1)
        self._show(line, [title], focus=False)
        self._propose(line, [title], question, _CHOICES, more=True, focus=focus)

    def _propose(
        self,
        line: int,
        parts: list[str | Offer],
        question: Question,
        count: int,
        *,
        more: bool = False,
        last: Offer | None = None,
        focus: bool = False,
    ) -> None:
        seed = self._seed
        had_focus = focus or any(button.hasFocus() for button in self.popup.buttons)

        def show(texts: object) -> None:
            assert isinstance(texts, tuple)
            found: list[str | Offer] = [Offer(text, partial(self._write, question, line, text)) for text in texts]
            if not texts:
                found.append(self.tr("Nothing else can be said in this line with the attributes there are."))
            elif more:
                found.append(Offer(self.tr("Others…"), lambda: self._others(line), keeps_open=True))
            self._show(line, [*parts, *found, *([last] if last is not None else [])], focus=had_focus)

        self._ask(lambda: proposals(question, line, count=count, seed=seed), show)

    def _others(self, line: int) -> None:
        self._seed += 1
        self.show_rewordings(line)

    def _write(self, question: Question, line: int, text: str) -> None:
        """The line says this; it was made for what the line said then."""
        panel = self._desk.panel
        panel.flush()
        if (
            question.sample == self._desk.held_sample
            and panel.texts[line : line + 1] == question.texts[line : line + 1]
        ):
            self._say(question.sample, line, text)

    def suggest(self) -> None:
        """New words for every line that something is held against, to be ticked and taken as one step."""
        desk = self._desk
        desk.panel.flush()
        desk.look()
        question = desk.question()
        lines = tuple(line for line in desk.held.lines if question is not None and line < len(question.texts))
        if question is None or not lines:
            return
        above = desk.panel.row(lines[0])
        self.popup.show_offers(desk.panel, [self.tr("Looking for words…")])

        def show(found: object) -> None:
            assert isinstance(found, dict)
            if not found:
                text = self.tr("Nothing else can be said in these lines with the attributes there are.")
                self.popup.show_offers(above, [text])
                return
            ticks = [
                Tick(
                    self.tr("{number}: {text}\ninstead of: {old}").format(
                        number=line + 1, text=text, old=question.texts[line]
                    ),
                    (line, text),
                )
                for line, text in found.items()
            ]
            title = self.tr("Lines that mask, attributes or other captions contradict could say:")
            self.popup.show_ticks(
                desk.panel, title, ticks, self._accept_text, lambda taken: self._write_all(question, taken), focus=True
            )

        self._ask(lambda: proposals_for(question, lines), show)

    def _accept_text(self, count: int) -> str:
        if count == 1:
            return self.tr("Change one caption")
        return self.tr("Change {count} captions").format(count=count)

    def _write_all(self, question: Question, taken: list[object]) -> None:
        """The ticked lines as one step; lines that say something else by now are left alone."""
        from app.document.edits import ReplaceCaptions

        desk = self._desk
        desk.panel.flush()
        captions = desk.captions()
        if captions is None or question.sample != desk.held_sample:
            return
        for pair in taken:
            assert isinstance(pair, tuple)
            line, text = pair
            if captions.texts[line : line + 1] == question.texts[line : line + 1]:
                captions = captions.replacing(line, text)
        self._do(ReplaceCaptions(question.sample, captions, self.tr("Say captions in other words")))

    # What a line said before

    def show_past(self, line: int | None = None, *, focus: bool = True) -> None:
        """What a line said before its edits; a click brings it back as a new step."""
        desk = self._desk
        line = desk.panel.current if line is None else line
        desk.panel.flush()
        document, sample = desk.document, desk.held_sample
        if document is None or sample is None or line >= len(desk.panel.texts):
            return
        from app.document.caption_past import caption_past

        try:
            past = caption_past(line, document.history(sample), lambda step: document.past.delta_of(sample, step))
        except FaceDataError as error:
            self._show(line, [str(error)], focus=False)
            return
        title = self.tr("Caption {number} said before:") if past else self.tr("Caption {number} was not edited yet.")
        offers = [self._past_offer(sample, line, each.text, each.time) for each in past[:_PAST]]
        self._show(line, [title.format(number=line + 1), *offers], focus=focus)

    def _past_offer(self, sample: SampleId, line: int, text: str, at: float) -> Offer:
        clock = time.strftime("%H:%M" if time.time() - at < 86_400 else "%d %b %H:%M", time.localtime(at))
        shown = self.tr("until {time}: {text}").format(time=clock, text=text or self.tr("(empty)"))

        return Offer(shown, lambda: self._say(sample, line, text))

    def show_menu(self, line: int) -> None:
        """All that can be done with a line."""
        panel = self._desk.panel
        lines = panel.selected
        copy = self.tr("Copy this line") if len(lines) == 1 else self.tr("Copy {count} lines").format(count=len(lines))
        offers = [
            *([Offer(self.tr("Why is it red?"), lambda: self.show_repairs(line, focus=True), keeps_open=True)]
              if self._desk.held.of(line) else []),
            Offer(self.tr("Say it in other words…"), lambda: self.show_rewordings(line), keeps_open=True),
            Offer(self.tr("What it said before…"), lambda: self.show_past(line), keeps_open=True),
            Offer(copy, panel.copy_lines),
            Offer(self.tr("Paste lines from here on"), panel.paste_lines),
        ]  # fmt: skip
        self._show(line, [self.tr("Caption {number}").format(number=line + 1), *offers], focus=False)

    # inside

    def _say(self, sample: SampleId, line: int, text: str) -> None:
        """The line says this, as a step of its own: soon after another choice it is not the same typing."""
        from app.document.edits import EditCaption

        self._do(EditCaption(sample, line, text, origin=object()))
        self._desk.panel.edit(line)

    def _show(self, line: int, parts: list[str | Offer], *, focus: bool) -> None:
        self.popup.show_offers(self._desk.panel.row(line).editor, parts, focus=focus)

    def _ask(self, function: Callable[[], object], then: Callable[[object], None]) -> None:
        """Work beside the window; an answer that nobody waits for any more is dropped."""
        job = self._job = Job(lambda _progress: function(), self)

        def end(result: object) -> None:
            job.deleteLater()
            if job is self._job:
                self._job = None
                then(result)

        def fail(reason: str) -> None:
            job.deleteLater()
            if job is self._job:
                self._job = None
                text = self.tr("No words were found: {reason}").format(reason=reason)
                self.popup.show_offers(self._desk.panel, [sentence(text)])

        job.finished.connect(end)
        job.failed.connect(fail)
        job.start()

    def _forget(self) -> None:
        self._job = None
