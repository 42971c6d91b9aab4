"""What the actions of searching, reviewing and indexing do; see ``commands``."""

# ruff: noqa: PLW0108 - the lambdas look the workspace up when they are used, there is none when they are made
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from app.faces.errors import SaveError
from app.ui import messages
from app.ui.menu_titles import CONTEXT

if TYPE_CHECKING:
    from app.faces.sample import SampleId
    from app.ui.browsing import Browsing
    from app.ui.main_window import MainWindow
    from app.ui.workspace import Workspace

Handlers = dict[str, Callable[[], None]]
STATES = ("none", "rejected", "pending", "accepted")
KINDS = ("photo", "both", "mask", "sketch")
_LARGER = 16
"""Pixels that a thumbnail grows by a key."""


def browse_handlers(window: MainWindow, workspace: Callable[[], Workspace]) -> Handlers:
    """A function for every row of the menus Sample, Review and Index."""

    def browsing() -> Browsing:
        return workspace().browsing

    def come_forward(name: str) -> None:
        dock = workspace().docks[name]
        dock.show()
        dock.raise_()

    def search() -> None:
        come_forward("gallery")
        browsing().focus_search()

    def go_to() -> None:
        from app.ui.search.goto import GoToLine

        def go(sample: SampleId) -> None:
            workspace().session.goto(sample)
            browsing().view.reveal(sample)

        document = workspace().document
        if document is not None:
            GoToLine(window, document.store, browsing().catalog, go).open()

    def similar() -> None:
        sample = workspace().session.sample
        if sample is not None:
            come_forward("gallery")
            browsing().menus.sort_by_likeness(sample)

    def copy_ids() -> None:
        ids = browsing().ids_meant()
        QGuiApplication.clipboard().setText("\n".join(ids))
        text = _tr("1 id is copied.") if len(ids) == 1 else _tr("{count} ids are copied.")
        window.banners.show_message("dataset.ids", text.format(count=f"{len(ids):,}"))

    def add_tag() -> None:
        come_forward("review")
        browsing().review.ask_for_tag()

    def write_note() -> None:
        come_forward("review")
        browsing().review.ask_for_note()

    def state(wanted: str) -> Callable[[], None]:
        def mark() -> None:
            from app.faces.review import ReviewState

            browsing().review.flush()
            browsing().marking.mark(state=ReviewState(wanted))

        return mark

    def larger(by: int) -> None:
        browsing().view.side += by * _LARGER

    def kind(wanted: str) -> Callable[[], None]:
        def show() -> None:
            from app.ui.gallery.pictures import Kind

            browsing().view.kind = Kind(wanted)

        return show

    return {
        "sample.goto": go_to,
        "sample.search": search,
        "sample.clear_search": lambda: browsing().show_query(""),
        "sample.save_search": lambda: browsing().menus.save(),
        "sample.saved_search": lambda: browsing().menus.choose_saved(),
        "sample.similar": similar,
        "sample.copy_ids": copy_ids,
        "sample.save_ids": lambda: _save_ids(window, browsing().ids_meant()),
        "sample.export_list": lambda: browsing().marking.flip_export(),
        **{f"review.{name}": state(name) for name in STATES},
        "review.accept_next": lambda: browsing().marking.accept_and_next(),
        "review.next": lambda: browsing().marking.next_undecided(),
        "review.next_finding": lambda: browsing().findings.go(1),
        "review.previous_finding": lambda: browsing().findings.go(-1),
        "review.look": lambda: browsing().findings.look_at_all(),
        "review.tag": add_tag,
        "review.note": write_note,
        "index.pause": lambda: browsing().indexing.flip_pause(),
        "index.start": lambda: browsing().indexing.start(browsing().first_wanted()),
        "index.rebuild": lambda: browsing().rebuild_index(),
        "view.facets": lambda: browsing().show_facets(not browsing().are_facets_shown),
        "view.thumbnails.larger": lambda: larger(1),
        "view.thumbnails.smaller": lambda: larger(-1),
        **{f"view.thumbnails.{name}": kind(name) for name in KINDS},
    }


def _save_ids(window: MainWindow, ids: tuple[SampleId, ...]) -> None:
    """A plain list, an id a line: what ``--ids-file`` takes. Raises SaveError."""
    file = messages.choose_new_file(window, _tr("Save the ids"), "ids.txt")
    if file is None:
        return
    try:
        file.write_text("".join(f"{sample}\n" for sample in ids), encoding="utf-8")
    except OSError as error:
        raise SaveError(f"{file} cannot be written: {error.strerror}; choose another place") from error
    text = _tr("{count} ids are in {file}.").format(count=f"{len(ids):,}", file=file.name)
    window.banners.show_message("dataset.ids", text)


def _tr(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)
