"""Browsing an open dataset: what is listed, marked, indexed and changed by others, joined to panels and document.

Each part has its own module; here they are made, told of each other, and opened and closed with the dataset.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.catalog.query import complete
from app.document.changes import Change, SaveEvent, SaveState
from app.faces.sample import Modality, SampleId
from app.settings import Settings
from app.ui.finding import Findings
from app.ui.gallery.filmstrip import Filmstrip
from app.ui.gallery.pictures import Kind
from app.ui.indexing import Indexing
from app.ui.marking import Marking
from app.ui.messages import Choice, sentence
from app.ui.outside import Outside, TakenIn
from app.ui.panels.gallery import GalleryPanel
from app.ui.panels.review import ReviewPanel
from app.ui.search.groups import FOLDED_FIRST
from app.ui.search.listing import Listing
from app.ui.search.menus import SearchMenus
from app.workbench.indexing import IndexState

if TYPE_CHECKING:
    from app.catalog.catalog import Catalog
    from app.document.document import Document
    from app.ui.background import SampleLoader
    from app.ui.bridge import Bridge
    from app.ui.main_window import MainWindow
    from app.ui.search.field import Completion
    from app.ui.session import Session

_MENU = (
    "review.accepted", "review.pending", "review.rejected", "review.none", "", "review.tag", "", "sample.export_list",
    "file.export", "", "bulk.replace", "bulk.generate", "bulk.attributes", "", "sample.similar",
    "sample.copy_ids", "sample.save_ids",
)  # fmt: skip


_FIRST = 200


class Browsing(QObject):
    """One per workspace. ``panels`` are its docks' contents by name."""

    hits_changed = Signal()
    """Other samples are listed, or in another order."""
    marks_changed = Signal()
    """States, tags or notes are others."""
    left = Signal()
    """Esc or Enter: on to the picture."""

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        bridge: Bridge,
        loader: SampleLoader,
        attempt: Callable[[Callable[[], object]], bool],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self.menus = SearchMenus(window, session, self._query, self.show_query)
        self.panel = GalleryPanel(
            session, window.actions_, self._complete, self.menus.saved_entries, self.menus.order_entries
        )
        self.view = self.panel.view
        self.filmstrip = Filmstrip(session, self.panel.model, self.view.picks)
        self.listing = Listing(session, self.panel, self)
        gallery = (self.view, self.filmstrip)
        self.marking = Marking(session, self.view, gallery, window.banners, attempt, self)
        self.indexing = Indexing(self)
        self.review = ReviewPanel(self.marking.mark, window.actions_)
        self.marking.use_panel(self.review)
        self.outside = Outside(session, loader, window.banners, self)
        self.findings = Findings(session, self.listing, window.banners, self)
        self._index_state = IndexState.IDLE
        self._told_notices = 0
        self._restore_look()
        self._connect(bridge, loader)

    def _connect(self, bridge: Bridge, loader: SampleLoader) -> None:
        field = self.panel.bar.field
        for view in (self.view, self.filmstrip):
            view.sample_chosen.connect(lambda sample: self._session.goto(SampleId(sample)))
            view.menu_requested.connect(self._show_menu)
            view.activated.connect(lambda _: self.left.emit())
        field.committed.connect(self._remember)
        field.left.connect(self.left)
        self.review.left.connect(self.left)
        self.listing.hits_changed.connect(self.hits_changed)
        self.listing.findings_wanted.connect(self.findings.want, Qt.ConnectionType.QueuedConnection)
        self.listing.renewed.connect(self._on_renewed)
        self.marking.marked.connect(self._on_marked)
        self.marking.targets_changed.connect(self._window.refresh_actions)
        self.view.selection_changed.connect(self._window.refresh_actions)
        self.indexing.news.connect(self.listing.pull)
        self.indexing.changed.connect(self._on_indexing)
        self.indexing.packs_changed.connect(lambda: self._use_packs(loader))
        self.outside.taken_in.connect(self._on_taken_in)
        bridge.changed.connect(self._on_changed)

    def panels(self) -> dict[str, QWidget]:
        """What the docks ``gallery``, ``filmstrip`` and ``review`` hold."""
        return {"gallery": self.panel, "filmstrip": self.filmstrip, "review": self.review}

    # Opening and closing

    def open(self, document: Document, catalog: Catalog | None = None) -> None:
        """Show this dataset's samples; ``catalog`` knows their names already."""
        self.listing.open(document, catalog)
        self.marking.attach(document)
        self.findings.open(document)
        assert self.catalog is not None
        self._told_notices = 0
        self._tell_notices()
        begin = self._window.settings.indexing == "automatic"
        self.indexing.open(document.store, self.catalog.places, first=self.first_wanted(), begin=begin)
        self.outside.open(document, self.catalog.places)

    def close(self) -> None:
        """No dataset any more."""
        self.review.flush()
        self._keep_look()
        self.marking.attach(None)
        self.outside.close()
        self.findings.close()
        self.indexing.close()
        self.listing.close()

    def leave(self) -> None:
        """The program ends."""
        self.view.close_threads()
        self.filmstrip.close_threads()

    def flush(self) -> None:
        """What was written counts now: another sample comes."""
        self.review.flush()

    def take_settings(self, settings: Settings) -> None:
        """These preferences hold now."""
        if settings.indexing == "automatic" and self.indexing.progress.state is IndexState.IDLE:
            self.indexing.start(self.first_wanted())

    # What is listed

    @property
    def catalog(self) -> Catalog | None:
        """What is known of the open dataset."""
        return self.listing.catalog

    @property
    def hits(self) -> Sequence[SampleId]:
        """The samples listed, in order."""
        return self.listing.hits

    @property
    def query(self) -> str:
        """What is searched for."""
        return self.listing.text

    def show_query(self, text: str) -> None:
        """Search for this."""
        self.listing.show_query(text)

    def first_wanted(self) -> tuple[SampleId, ...]:
        """What is indexed first: the sample on screen and the first of those listed."""
        here = () if self._session.sample is None else (self._session.sample,)
        return (*here, *self.hits[:_FIRST])

    def rebuild_index(self) -> None:
        """Everything that was read is read again; marks and edits are no part of it."""
        document = self._session.document
        if document is not None:
            self.indexing.rebuild(self.first_wanted())
            self.listing.pull(is_asked=True)
            assert self.catalog is not None
            self._told_notices = len(self.catalog.notices)

    def note_save(self, event: SaveEvent) -> None:
        """A save may have changed what is known of a sample."""
        if event.state in (SaveState.STARTED, SaveState.SAVED):
            self.outside.note_save(event.sample, is_done=event.state is SaveState.SAVED)
        if event.state is SaveState.SAVED:
            self.indexing.again([event.sample])
            self.findings.forget([event.sample])
            if Modality.SKETCH in event.modalities:
                self._draw_anew({event.sample})

    def note_edits(self, document: Document) -> None:
        """Samples were edited or saved."""
        self.listing.mirror_edits(document)

    def focus_search(self) -> None:
        """The cursor in the search line, its text ready to be replaced."""
        self.panel.bar.field.setFocus()
        self.panel.bar.field.selectAll()

    def show_facets(self, shown: bool) -> None:
        """The facets are there, or out of the way."""
        self.panel.show_facets(shown)
        self.listing.count_facets()
        self._window.refresh_actions()

    @property
    def are_facets_shown(self) -> bool:
        """Whether the facets are there."""
        return not self.panel.facets.isHidden()

    def ids_meant(self) -> tuple[SampleId, ...]:
        """The samples selected if there are several, else all that are listed."""
        picked = self.view.picked()
        return picked if len(picked) > 1 else tuple(self.hits)

    def _use_packs(self, loader: SampleLoader) -> None:
        loader.masks = self.indexing.masks
        for view in (self.view, self.filmstrip):
            view.thumbnails.use_packs(self.indexing.thumbnails, self.indexing.masks)

    def _tell_notices(self) -> None:
        """What the catalog says that was not told yet."""
        assert self.catalog is not None
        for number, notice in enumerate(self.catalog.notices):
            if number >= self._told_notices:
                self._window.banners.show_message(f"dataset.catalog.{number}", sentence(notice), kind="warning")
        self._told_notices = len(self.catalog.notices)

    def _on_renewed(self) -> None:
        """The catalog knows the names only: say so, and read the rest again."""
        self._tell_notices()
        if self._window.settings.indexing == "automatic":
            self.indexing.again(None)

    def _on_indexing(self) -> None:
        """Actions depend on whether it runs, not on how far it is."""
        state = self.indexing.progress.state
        if state is not self._index_state:
            self._index_state = state
            self._window.refresh_actions()
            if state is IndexState.FAILED:
                again = Choice(self.tr("Try again"), lambda: self.indexing.start(self.first_wanted()))
                text = sentence(self.indexing.progress.message)
                self._window.banners.show_message("dataset.index", text, kind="warning", choices=[again])

    def _on_taken_in(self, taken: TakenIn) -> None:
        """Other programs changed the dataset: list, thumbnails and index follow."""
        if taken.listing_changed:
            self.listing.relist()
        self.indexing.again(taken.samples)
        self.findings.forget(taken.samples)
        if taken.drawn_anew != ():
            self._draw_anew(taken.drawn_anew)
        self._window.refresh_actions()
        self.hits_changed.emit()

    def _on_changed(self, changes: tuple[Change, ...]) -> None:
        """Edited masks: their thumbnails are made anew. Those of sketches are of what the files hold."""
        self.findings.note_changes(changes)
        edited = {change.sample for change in changes if change.modality is Modality.MASK}
        if edited:
            self._draw_anew(edited)

    def _draw_anew(self, samples: Collection[SampleId] | None) -> None:
        for view in (self.view, self.filmstrip):
            view.thumbnails.note_changes(samples)

    def _query(self) -> str:
        return self.panel.bar.field.text()

    def _complete(self, text: str, cursor: int) -> Sequence[Completion]:
        return complete(text, cursor, self.catalog) if self.catalog is not None else ()

    def _on_marked(self, samples: tuple[SampleId, ...]) -> None:
        self.listing.mirror_marks(samples)
        if self.catalog is not None:
            self.review.offer_tags(sorted(self.catalog.columns.tags))
        self.marks_changed.emit()

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self._window)
        for action_id in _MENU:
            if action_id:
                menu.addAction(self._window.actions_[action_id])
            else:
                menu.addSeparator()
        menu.popup(place)

    # What the window remembers of it

    def _remember(self, text: str) -> None:
        """A search that was meant is offered again later."""
        if text.strip():
            state = self._window.state
            state.keep_search(text.strip())
            self.panel.bar.field.show_history(state.searches())

    def _restore_look(self) -> None:
        state = self._window.state
        kinds = {kind.value: kind for kind in Kind}
        self.view.kind = kinds.get(state.text("gallery_kind"), Kind.PHOTO)
        side = state.text("gallery_side")
        self.view.side = int(side) if side.isdecimal() else 128
        folded = state.text("facets_folded")
        self.panel.facets.facets.fold(folded.split(",") if folded else FOLDED_FIRST)
        self.panel.show_facets(state.text("facets") == "shown")
        self.panel.bar.field.show_history(state.searches())

    def _keep_look(self) -> None:
        state = self._window.state
        state.keep_text("gallery_kind", self.view.kind.value)
        state.keep_text("gallery_side", str(self.view.side))
        state.keep_text("facets_folded", ",".join(sorted(self.panel.facets.facets.folded)) or "-")
        state.keep_text("facets", "shown" if self.are_facets_shown else "hidden")
