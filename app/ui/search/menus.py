"""The menus beside the search line: searches kept by name, and orders to list the samples in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.catalog.query import SavedSearches, parse
from app.catalog.query.syntax import Name
from app.faces.classes import CLASSES
from app.faces.errors import FaceDataError, QueryError, SaveError
from app.faces.sample import SampleId
from app.ui import messages
from app.ui.chooser import Chooser, Item
from app.ui.search.bar import Entry

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow
    from app.ui.session import Session


def with_sort(text: str, sort: str) -> str:
    """The search with this order instead of the one it has; an empty ``sort`` is the dataset's own."""
    try:
        keys = parse(text).sort
    except QueryError:
        keys = ()
    for key in reversed(keys):
        text = f"{text[: key.start].rstrip()} {text[key.end :].lstrip()}"
    return f"{text.strip()} {sort}".strip()


class SearchMenus(QObject):
    """``query()`` is what the line says, ``show(text)`` searches for something else."""

    def __init__(
        self, window: MainWindow, session: Session, query: Callable[[], str], show: Callable[[str], None]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._query = query
        self._show = show

    # Searches by name

    def saved_entries(self) -> list[Entry]:
        """The menu of saved searches."""
        saved = SavedSearches.load()
        lines: list[Entry] = [
            (f"{name}   {text}", f"saved.{name}", partial(self._show, text)) for name, text in saved.texts.items()
        ]
        lines.append(("", "", lambda: None))
        if self._query().strip():
            lines.append((self.tr("Save this search…"), "saved.add", self.save))
        if saved.names:
            lines.append((self.tr("Forget a saved search…"), "saved.forget", self._choose_to_forget))
        if len(lines) == 1:
            lines.append((self.tr("What you search for can be saved here"), "saved.none", lambda: None))
        return lines[1:] if not lines[0][0] else lines

    def save(self) -> None:
        """Ask for a name, and keep the search under it. Raises FaceDataError."""
        text = self._query().strip()
        parse(text)
        name = messages.ask_text(
            self._window, self.tr("Save this search"), self.tr("Name; @name then means it in any search")
        )
        if name is None or not name.strip():
            return
        try:
            SavedSearches.load().add(name, text)
        except OSError as error:
            raise SaveError(self.tr("the search could not be kept: {reason}").format(reason=error.strerror)) from error

    def choose_saved(self) -> None:
        """A saved search by typing a part of its name."""
        saved = SavedSearches.load()
        if not saved.names:
            raise FaceDataError(self.tr("no search was saved yet; search for something and save it with the star"))
        items = [Item(name, text, partial(self._show, text)) for name, text in saved.texts.items()]
        Chooser(self._window, self.tr("Search for what was saved"), items).open()

    def _choose_to_forget(self) -> None:
        saved = SavedSearches.load()
        items = [Item(name, text, partial(self._forget, name)) for name, text in saved.texts.items()]
        Chooser(self._window, self.tr("Forget a saved search"), items).open()

    def _forget(self, name: str) -> None:
        try:
            SavedSearches.load().remove(name)
        except OSError as error:
            text = self.tr("The search is still kept: {reason}.").format(reason=error.strerror)
            self._window.banners.show_message("dataset.saved_search", text, kind="warning")

    # Orders

    def order_entries(self) -> list[Entry]:
        """The menu of orders: the dataset's own, by features, by likeness to the sample on screen."""
        held = CLASSES[self._session.face_class]
        lines: list[Entry] = [
            (self.tr("The dataset's order"), "order.none", partial(self._sort, "")),
            ("", "", lambda: None),
        ]
        if held.bit:
            largest = self.tr("Largest area of {name} first").format(name=held.title)
            smallest = self.tr("Smallest area of {name} first").format(name=held.title)
            lines += [
                (largest, "order.largest", partial(self._sort, f"sort:area({held.name}) desc")),
                (smallest, "order.smallest", partial(self._sort, f"sort:area({held.name})")),
            ]
        lines += [
            (self.tr("Most classes first"), "order.classes", partial(self._sort, "sort:count(classes) desc")),
            (self.tr("Fewest captions first"), "order.captions", partial(self._sort, "sort:count(captions)")),
            (self.tr("Turned to the left first"), "order.yaw", partial(self._sort, "sort:yaw")),
            (self.tr("By review state"), "order.state", partial(self._sort, "sort:state")),
        ]
        if self._session.sample is not None:
            similar = self.tr("Similar to {sample} first").format(sample=self._session.sample)
            lines.append((similar, "order.similar", partial(self.sort_by_likeness, self._session.sample)))
        return lines

    def sort_by_likeness(self, sample: SampleId) -> None:
        """The samples listed that look most like this one first, by where its classes lie."""
        self._sort(f"sort:similar({Name(sample)})")

    def _sort(self, sort: str) -> None:
        self._show(with_sort(self._query(), sort))
