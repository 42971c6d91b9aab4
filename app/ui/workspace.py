"""Everything that is there while a dataset is open: session, bridge, loader, canvases, panels, saving.

Built once, when the first dataset is opened; later datasets move into the same panels. The panels show the document
and know neither each other nor the window; this is where they are joined.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.document.document import Document
from app.document.edits import Edit, NewMask, ReplaceCaptions, SetAttribute
from app.faces.captions import CAPTIONS_PER_SAMPLE, Captions
from app.faces.classes import CLASSES
from app.faces.errors import FaceDataError
from app.faces.sample import Modality, SampleId
from app.faces.store import ValueChange
from app.settings import Settings
from app.ui import messages
from app.ui.autosave import Autosave
from app.ui.background import SampleLoader
from app.ui.bridge import Bridge
from app.ui.browsing import Browsing
from app.ui.bulk.desk import BulkDesk
from app.ui.canvas.area import CanvasArea
from app.ui.canvas.decorations.protected import Protected
from app.ui.captions.desk import CaptionDesk
from app.ui.captions.menu import LineMenu
from app.ui.captions.notices import CaptionNotices
from app.ui.captions.panel import CaptionsPanel
from app.ui.cleanup.desk import CleanupDesk
from app.ui.docks import Docks
from app.ui.exporting.desk import ExportDesk
from app.ui.history.retracing import Retracing
from app.ui.keys.presets import PRESET_BY_NAME
from app.ui.leaving import may_leave
from app.ui.looking import Looking
from app.ui.panels.attributes import AttributesPanel
from app.ui.panels.classes import ClassesPanel
from app.ui.panels.evidence import EvidenceDesk
from app.ui.panels.history import HistoryPanel
from app.ui.panels.overlaps import OverlapsPanel
from app.ui.panels.photo import PhotoPanel
from app.ui.save_notices import SaveNotices
from app.ui.seeing_commands import Blink, aids_of, text_of
from app.ui.session import Session
from app.ui.showing import Showing
from app.ui.status_line import StatusLine
from app.ui.strip.bar import ToolStrip
from app.ui.strip.kept import kept_text, restore
from app.ui.strip.toolbox import Toolbox

if TYPE_CHECKING:
    from app.catalog.catalog import Catalog
    from app.document.mark_lines import MarkSamples
    from app.ui.main_window import MainWindow

MASK_SHAPE = (512, 512)
"""(H, W) of the masks of CelebAMask-HQ, whatever the size of the photo."""


class Workspace(QObject):
    """Joins the parts of an open dataset. ``document`` is None while none is open."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.session = Session(self)
        self.session.palette = window.settings.palette
        self.looking = Looking(window, self.session)
        self.bridge = Bridge(self)
        self.loader = SampleLoader(self.session, self)
        # What was typed belongs to the sample on screen: it is taken before anybody turns to the next one.
        self.captions = CaptionsPanel(self.do)
        self.session.sample_changed.connect(self._before_sample)
        self.autosave = Autosave(self.session, window.settings)
        self.browsing = Browsing(window, self.session, self.bridge, self.loader, self.attempt)
        self.classes = ClassesPanel(self.session)
        self.attributes = AttributesPanel(self._answer)
        self.evidence = EvidenceDesk(self.session, self.attributes, self)
        self.history = HistoryPanel(self.session, self.attempt)
        self.area = CanvasArea(self.session, self.bridge, self.loader)
        self.overlaps = OverlapsPanel(self.session)
        self.blink = Blink(self.session)
        self.session.aids = aids_of(window.state.text("aids"))
        self.strip = ToolStrip(self.session, window.actions_)
        self.strip.hide()
        window.addToolBar(self.strip)
        self.toolbox = Toolbox(window.actions_)
        restore(self.session, window.state.text("painting"))
        self.desk = QWidget()
        row = QHBoxLayout(self.desk)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.toolbox)
        row.addWidget(self.area, 1)
        window.stack.addWidget(self.desk)
        self.cleanup = CleanupDesk(self.session, self.area, self.do, self)
        own_words = window.state.text("words")
        own_grammar = window.state.text("grammar")
        self.writing = CaptionDesk(
            self.session, self.captions, self.do, window, own_words=own_words, own_grammar=own_grammar
        )
        own = self.writing.own_grammar
        own.chosen.connect(lambda file: window.state.keep_text("grammar", file))
        own.changed.connect(lambda: self.evidence.use_reader(own.reader))
        CaptionNotices(window.banners, self.captions, self.writing)
        self.writing.spelling.learned.connect(lambda words: window.state.keep_text("words", words))
        self.docks = Docks(
            window,
            {
                **self.browsing.panels(), "classes": self.classes, "attributes": self.attributes,
                "history": self.history, "captions": self.captions,
                "cleanup": self.cleanup.panel, "photo": PhotoPanel(self.session),
                "overlaps": self.overlaps, "coverage": self.writing.coverage,
            },
        )  # fmt: skip
        self.cleanup.live_in(self.docks["cleanup"])
        self.status = StatusLine(window.statusBar(), self.session, self.loader.view)
        self.status.follow(self.browsing)
        self.saves = SaveNotices(self)
        self.exporting = ExportDesk(window, self)
        self.bulk = BulkDesk(window, self)
        self.attributes.menu_requested.connect(self.bulk.show_attribute_menu)
        self.history.turn_requested.connect(self.bulk.turning.turn_step)
        self.attributes.evidence_hovered.connect(self.writing.on_evidence_hovered)
        self.attributes.evidence_chosen.connect(self.writing.show_evidence)
        LineMenu(self.writing, window.actions_)
        self.writing.told.connect(self.status.tell)
        self.browsing.findings.told.connect(self.status.tell)
        self.writing.attribute_set.connect(self._show_attribute)
        self.writing.captions_wanted.connect(lambda: self.docks.bring("captions"))
        self.captions.add_buttons(window.actions_)
        self.area.offer(Modality.MASK, "edit.new_mask", self.tr("Start an empty mask"))
        self.area.offer(Modality.SKETCH, "sketch.draw", self.tr("Draw a sketch"))
        self._was_arranged = False
        self.is_turning = False
        """Another sample is being shown: the actions follow once, when all panels have turned to it."""
        self._connect()
        self.session.sample_changed.connect(self._after_sample)

    def _connect(self) -> None:
        window, session = self._window, self.session
        self.showing = Showing(window, self)
        self.captions.back_to_canvas.connect(self.area.photo.setFocus)
        self.browsing.outside.coming.connect(self.captions.flush)
        self.strip.options.left.connect(self.area.photo.setFocus)
        protected = self.area.photo.decorations[Protected]
        self.strip.range_word.panel.shown_changed.connect(lambda shown: protected.turn(on=shown))
        self.classes.palette_wanted.connect(self.looking.try_import)
        self.browsing.left.connect(self.area.photo.setFocus)
        self.browsing.marks_changed.connect(lambda *_: self.history.refresh(marks=True))
        self.docks["history"].visibilityChanged.connect(self.history.note_sight)
        window.actions_.keys_changed.connect(self._show_keys)
        self._show_keys()
        Retracing(self.session, self.bridge, self.loader, self.area.photo, self.history)
        self.browsing.marks_changed.connect(window.refresh_actions)
        self.captions.write_requested.connect(self.write_captions)
        self.captions.generate_requested.connect(self.bulk.generate_here)
        self.captions.count_changed.connect(self._on_caption_count)
        self.captions.states_changed.connect(window.refresh_actions)
        self.area.refused.connect(lambda reason: self.strip.tell(messages.sentence(reason)))
        self.area.placeholder_action_requested.connect(window.actions_.run)
        for signal in (
            session.tool_changed, session.face_class_changed, session.rules_changed, session.view_changed,
            session.option_changed,
            session.brush_shape_changed, session.comparison_changed, session.aids_changed,
        ):  # fmt: skip
            signal.connect(lambda *_: self._window.refresh_actions())
        session.view_changed.connect(self._on_view_changed)
        session.aids_changed.connect(lambda: window.state.keep_text("aids", text_of(session.aids)))
        for dock in self.docks.all().values():
            dock.visibilityChanged.connect(lambda _: self._window.refresh_actions())

    # Opening and closing

    @property
    def document(self) -> Document | None:
        """The open dataset."""
        return self.session.document

    def open(self, document: Document, sample: str | None, catalog: Catalog | None = None) -> None:
        """Show a dataset, at ``sample`` if it has that one, else at its first. ``catalog`` knows its names."""
        window = self._window
        window.stack.setCurrentWidget(self.desk)
        self.strip.show()
        self.docks.expect_captions(_may_have_captions(document))
        if self._was_arranged:
            self.docks.show()
        else:
            self._was_arranged = True
            if not self.docks.restore(window.state.bytes_of("docks"), window.state.bytes_of("layout")):
                self.docks.arrange("paint")
                # The window has its real size only after this turn of the event loop.
                QTimer.singleShot(0, lambda: self.docks.arrange("paint"))
        self.session.document = document
        self.history.attach(document)
        self.browsing.open(document, catalog)
        self.saves.tell_opening(document)
        self.exporting.open(document)
        ids = document.store.sample_ids
        wanted = SampleId(sample) if sample is not None else None
        if wanted is not None and wanted not in document.store:
            text = self.tr("There is no sample {sample}; here is the first one.").format(sample=sample)
            window.banners.show_message("dataset.sample", text, kind="warning")
            wanted = None
        if wanted is None and ids:
            wanted = ids[0]
        if wanted is not None:
            self.session.goto(wanted)
        self.status.refresh()
        self.area.photo.setFocus()

    def arrange(self, layout: str) -> None:
        """One of the layouts by name; the facets are there where the gallery is large."""
        self.docks.arrange(layout)
        self.browsing.show_facets(layout == "browse")

    def may_close(self) -> bool:
        """Whether the dataset may be left; asks what to do with edits that the files do not have."""
        if self.document is None:
            return True
        self.bulk.close()
        self.captions.flush()
        return may_leave(self.document, self._window, saves=self._window.settings.autosave == "automatic")

    def close(self) -> None:
        """No dataset any more; the panels are put away as they are."""
        if self.document is not None:
            self.leave_document(self.document)
        if not self.strip.isHidden():
            self.docks.hide()
            self.strip.hide()
        self.status.clear()
        self.status.refresh()

    def leave_document(self, document: Document) -> None:
        """Finish with the document: what was typed is taken, the log flushed, the lock released."""
        self.bulk.close()
        self.captions.flush()
        self.cleanup.leave()
        self.exporting.close()
        self.browsing.close()
        if document.stroke is not None:
            document.stroke.cancel()
        self.autosave.stop()
        self.saves.forget()
        self.showing.stop()
        self._window.state.keep_bytes("docks", self.docks.keep())
        self._window.state.keep_bytes("layout", self.docks.keep_layout())
        self._window.state.keep_text("painting", kept_text(self.session))
        self.looking.keep()
        self.session.document = None
        self.history.attach(None)
        self.captions.show_captions(None, None, None)
        self.bridge.attach(None)
        document.close()

    def leave(self) -> None:
        """The program ends: nothing is asked."""
        if self.document is not None:
            self.leave_document(self.document)
        self.exporting.leave()
        self.writing.leave()
        self.evidence.leave()
        self.browsing.leave()
        self.loader.close()

    def take_settings(self, settings: Settings) -> None:
        """These preferences hold now."""
        self.session.palette = settings.palette
        self.autosave.take_settings(settings)
        self.browsing.take_settings(settings)

    # Changing

    def do(self, edit: Edit | MarkSamples) -> bool:
        """One door for the panels' edits; a refusal is told in a banner and changes nothing."""
        document = self.document
        return document is not None and self.attempt(lambda: document.do(edit))

    def attempt(self, wish: Callable[[], object]) -> bool:
        """Whether a wish of the user was granted; what stands against it is told in a banner."""
        try:
            wish()
        except FaceDataError as error:
            self._on_refused(str(error))
            return False
        self._window.banners.solve("dataset.edit")
        return True

    def _answer(self, name: str, value: bool | None) -> None:
        sample = self.session.sample
        if sample is not None and (value is not None or self._may_be_unknown(sample, name)):
            self.do(SetAttribute(sample, name, value))

    def _may_be_unknown(self, sample: SampleId, name: str) -> bool:
        """Whether the attribute's file has a word for "unknown": told at the click, not when the save fails."""
        document = self.document
        answers = document.attributes(sample) if document is not None else None
        if document is None or answers is None:
            return False
        wanted = ValueChange(Modality.ATTRIBUTES, None, answers.replacing(name, None), {})
        return self.attempt(lambda: document.store.plan_save(sample, [wanted]))

    def write_captions(self) -> None:
        """Ten empty lines for a sample that has none, the cursor in the first."""
        if self.session.sample is not None and self.captions.can_be_written:
            lines = Captions.from_texts([""] * CAPTIONS_PER_SAMPLE)
            if self.do(ReplaceCaptions(self.session.sample, lines)):
                self.captions.edit(0)

    def start_mask(self) -> None:
        """An empty mask for a sample that has none, of the datasets' usual size and kind."""
        document, sample = self.document, self.session.sample
        if document is not None and sample is not None:
            is_index_map = document.store.class_bits(sample) is None
            self.do(NewMask(sample, MASK_SHAPE, exclusive=is_index_map))

    def save(self) -> None:
        """Everything that is unsaved goes into the files now."""
        if self.document is not None:
            self.captions.flush()
            self.document.save()

    # Following

    def _before_sample(self, _sample: SampleId | None) -> None:
        self.is_turning = True
        self.captions.flush()
        self.browsing.flush()

    def _after_sample(self) -> None:
        self.is_turning = False
        self._window.refresh_actions()

    def _show_keys(self) -> None:
        """The keys in force, where they are more than shortcuts."""
        keymap = self._window.actions_.keymap
        keys = keymap.keys()
        self.session.wheel_zooms_with = PRESET_BY_NAME[keymap.preset].zooms_with
        self.classes.show_keys({c.id: keys[f"class.select.{c.id}"][0] for c in CLASSES if keys[f"class.select.{c.id}"]})

    def _show_attribute(self, name: str) -> None:
        self.docks.bring("attributes")
        self.attributes.show_row(name)

    def _on_refused(self, reason: str) -> None:
        self._window.banners.show_message("dataset.edit", messages.sentence(reason), kind="warning")

    def _on_caption_count(self, count: int) -> None:
        title = self.tr("Captions ({count})").format(count=count) if count else self.tr("Captions")
        self.docks["captions"].setWindowTitle(title)

    def _on_view_changed(self) -> None:
        if self.session.palette != self._window.settings.palette:
            self._window.change_settings(dataclasses.replace(self._window.settings, palette=self.session.palette))


def _may_have_captions(document: Document) -> bool:
    """Whether some sample has captions, or one could be given some."""
    store = document.store
    if store.read_only(Modality.CAPTIONS) is None:
        return True
    return any(store.has(sample, Modality.CAPTIONS) for sample in store.sample_ids)
