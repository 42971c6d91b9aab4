"""What each action does: the ids of the table joined to the verbs of the window and the workspace.

The conditions of the table see to it that a verb of the workspace is only used while there is one.
"""

# ruff: noqa: PLW0108 - the lambdas look the workspace up when they are used, there is none when they are made
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from app import __version__
from app.faces.classes import ALL_BITS, CLASSES
from app.faces.palettes import PALETTES
from app.ui import messages
from app.ui.action_set import shown_keys
from app.ui.actions import TABLE
from app.ui.browse_commands import browse_handlers
from app.ui.bulk.commands import bulk_handlers
from app.ui.chooser import Chooser, Item
from app.ui.cleanup.commands import cleanup_handlers
from app.ui.command_palette import open_command_palette
from app.ui.dialogs.preferences import PreferencesDialog
from app.ui.exporting.commands import export_handlers
from app.ui.keyboard import is_typing
from app.ui.keys.editor import KeyEditor
from app.ui.keys.sheet import KeysDialog
from app.ui.looks_commands import looks_handlers
from app.ui.mask_commands import mask_handlers
from app.ui.menu_titles import CONTEXT
from app.ui.mirror_commands import mirror_handlers
from app.ui.seeing_commands import seeing_handlers
from app.ui.sketching.commands import sketch_handlers

if TYPE_CHECKING:
    from app.document.bulk import Direction
    from app.ui.main_window import MainWindow
    from app.ui.session import Session
    from app.ui.workspace import Workspace

Handlers = dict[str, Callable[[], None]]
TOOLS = tuple(row.id.removeprefix("tool.") for row in TABLE if row.group == "tool")
SHAPES = ("round", "square", "diamond")
THEMES = ("light", "dark", "system")
LAYOUTS = ("browse", "paint", "write", "review")
PANELS = (
    "gallery", "classes", "attributes", "history", "captions", "review", "cleanup", "filmstrip", "photo", "overlaps",
    "coverage",
)  # fmt: skip


def handlers(window: MainWindow) -> Handlers:
    """A function for every row of the table."""

    def workspace() -> Workspace:
        assert window.workspace is not None, "the table enables this only with a dataset"
        return window.workspace

    return {
        **_window_handlers(window),
        **_document_handlers(workspace),
        **browse_handlers(window, workspace),
        **export_handlers(workspace),
        **bulk_handlers(workspace),
        **_tool_handlers(lambda: workspace().session),
        **cleanup_handlers(workspace),
        **mirror_handlers(lambda: workspace().session),
        **mask_handlers(workspace),
        **sketch_handlers(workspace),
        **_class_handlers(window, lambda: workspace().session),
        **_view_handlers(lambda: workspace().session, workspace),
        **looks_handlers(window, lambda: workspace().session, workspace),
        **seeing_handlers(lambda: workspace().session),
        **_layout_handlers(workspace),
    }


def _window_handlers(window: MainWindow) -> Handlers:
    def open_log() -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(window.faults.folder)))

    def full_screen() -> None:
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    def close() -> None:
        window.close_dataset()

    def quit_program() -> None:
        window.close()

    def open_palette() -> None:
        open_command_palette(window, window.actions_)

    def open_language() -> None:
        dialog = KeysDialog(window, window.actions_)
        dialog.open()
        dialog.show_language()

    def open_getting_data() -> None:
        from app.ui.getting_data import GettingDataDialog

        GettingDataDialog(window).open()

    def theme(choice: str) -> Callable[[], None]:
        return lambda: window.change_settings(dataclasses.replace(window.settings, theme=choice))

    return {
        "file.open": window.choose_folder,
        "file.open_file": lambda: _choose_file(window),
        "file.open_recent": lambda: _choose_recent(window),
        "file.demo": lambda: window.make_demo(),
        "file.close": close,
        "file.preferences": lambda: _open_preferences(window),
        "file.keys": lambda: KeyEditor(window, window.actions_).open(),
        "file.quit": quit_program,
        "view.full_screen": full_screen,
        **{f"view.theme.{choice}": theme(choice) for choice in THEMES},
        "help.keys": lambda: KeysDialog(window, window.actions_).open(),
        "help.search": open_language,
        "help.commands": open_palette,
        "help.data": open_getting_data,
        "help.log": open_log,
        "help.about": lambda: messages.tell(window, _tr("About Facewright"), _about()),
    }


def _document_handlers(workspace: Callable[[], Workspace]) -> Handlers:
    def turn(verb: Direction) -> None:
        here = workspace()
        here.captions.flush()
        document, sample = here.document, here.session.sample
        if verb == "undo" and not is_typing(QApplication.focusWidget()) and here.area.photo.step_back():
            return
        if document is not None and sample is not None:
            here.bulk.turning.turn(sample, verb)

    return {
        "file.save": lambda: workspace().save(),
        "edit.undo": lambda: turn("undo"),
        "edit.redo": lambda: turn("redo"),
        "edit.caption": lambda: workspace().captions.edit(),
        "edit.previous_caption": lambda: workspace().captions.step(-1),
        "edit.next_caption": lambda: workspace().captions.step(1),
        "edit.add_caption": lambda: workspace().captions.add(),
        "edit.duplicate_caption": lambda: workspace().captions.duplicate(),
        "edit.remove_caption": lambda: workspace().captions.remove(),
        "edit.caption_up": lambda: workspace().captions.move_line(-1),
        "edit.caption_down": lambda: workspace().captions.move_line(1),
        "captions.repair": lambda: workspace().writing.offers.show_repairs(focus=True),
        "captions.reword": lambda: workspace().writing.offers.show_rewordings(),
        "captions.suggest": lambda: workspace().writing.offers.suggest(),
        "captions.past": lambda: workspace().writing.offers.show_past(),
        "captions.dismissed": lambda: workspace().writing.offers.show_dismissed(),
        "captions.copy": lambda: workspace().captions.copy_lines(),
        "captions.paste": lambda: workspace().captions.paste_lines(),
        "edit.write_captions": lambda: workspace().write_captions(),
        "edit.new_mask": lambda: workspace().start_mask(),
        "sample.next": lambda: workspace().session.step(1),
        "sample.previous": lambda: workspace().session.step(-1),
        "sample.next10": lambda: workspace().session.step(10),
        "sample.previous10": lambda: workspace().session.step(-10),
    }


def _tool_handlers(session: Callable[[], Session]) -> Handlers:
    def cycle_erase() -> None:
        from app.imaging.compose import Erase

        session().erase_mode_name = _after(session().erase_mode_name, [mode.value for mode in Erase])

    def swap() -> None:
        session().erasing = not session().erasing

    return {
        **{f"tool.{tool}": _setter(session, "tool", tool) for tool in TOOLS},
        **{f"brush.{shape}": _setter(session, "brush_shape_name", shape) for shape in SHAPES},
        "brush.larger": lambda: session().scale_brush(1),
        "brush.smaller": lambda: session().scale_brush(-1),
        "brush.larger_one": lambda: setattr(session(), "brush_size", session().brush_size + 1),
        "brush.smaller_one": lambda: setattr(session(), "brush_size", session().brush_size - 1),
        "brush.erase_mode": cycle_erase,
        "class.swap_erase": swap,
    }


def _class_handlers(window: MainWindow, session: Callable[[], Session]) -> Handlers:
    def select(class_id: int) -> Callable[[], None]:
        return lambda: setattr(session(), "face_class", class_id)

    def step(by: int) -> None:
        session().face_class = (session().face_class + by) % len(CLASSES)

    def other_side() -> None:
        partner = CLASSES[session().face_class].partner
        if partner is not None:
            session().face_class = partner.id

    def toggle(bits: str, background: str) -> None:
        here = session()
        bit = CLASSES[here.face_class].bit
        if bit:
            setattr(here, bits, getattr(here, bits) ^ bit)
        else:
            setattr(here, background, not getattr(here, background))

    def find() -> None:
        items = []
        for face_class in CLASSES:
            action = window.actions_[f"class.select.{face_class.id}"]
            swatch = _swatch(session().colour_of(face_class))
            text = f"{face_class.title}  ({face_class.name})"
            items.append(Item(text, shown_keys(action), action.trigger, swatch))
        Chooser(window, _tr("Find a class"), items).open()

    return {
        **{f"class.select.{c.id}": select(c.id) for c in CLASSES},
        "class.find": find,
        "class.next": lambda: step(1),
        "class.previous": lambda: step(-1),
        "class.last": lambda: setattr(session(), "face_class", session().previous_class),
        "class.other_side": other_side,
        "class.lock": lambda: toggle("locked", "background_locked"),
        "class.visible": lambda: toggle("visible", "background_visible"),
    }


def _view_handlers(session: Callable[[], Session], workspace: Callable[[], Workspace]) -> Handlers:
    def flip(name: str) -> Callable[[], None]:
        return lambda: setattr(session(), name, not getattr(session(), name))

    def invert() -> None:
        session().visible ^= ALL_BITS
        session().background_visible = not session().background_visible

    def swap_palette() -> None:
        session().palette = "native" if session().palette == "safe" else "safe"

    return {
        "view.solo": lambda: session().toggle_solo(session().face_class),
        "view.show_all": lambda: session().show_all(),
        "view.invert": invert,
        "view.overlay": flip("overlay_on"),
        "view.bare": flip("bare"),
        "view.palette": swap_palette,
        "view.fit": lambda: workspace().area.viewport.fit(),
        "view.actual_size": lambda: workspace().area.viewport.actual_size(),
        "view.zoom_in": lambda: workspace().area.viewport.zoom_in(),
        "view.zoom_out": lambda: workspace().area.viewport.zoom_out(),
    }


def _layout_handlers(workspace: Callable[[], Workspace]) -> Handlers:
    def toggle(name: str) -> Callable[[], None]:
        return lambda: workspace().docks.toggle(name)

    def arrange(layout: str) -> Callable[[], None]:
        return lambda: workspace().arrange(layout)

    return {
        **{f"view.panel.{name}": toggle(name) for name in PANELS},
        **{f"view.layout.{layout}": arrange(layout) for layout in LAYOUTS},
        "view.reset_layout": arrange("paint"),
    }


def _choose_file(window: MainWindow) -> None:
    file = messages.choose_file(window, _tr("Open a dataset that is one file: an archive, a shard, annotations"))
    if file is not None:
        window.open_folder(file)


def _choose_recent(window: MainWindow) -> None:
    def opener(folder: Path) -> Callable[[], None]:
        return lambda: window.open_folder(folder)

    items = [
        Item(folder.name, str(folder.parent), opener(folder), enabled=folder.exists())
        for folder in window.state.recent()
    ]
    Chooser(window, _tr("Open a recent dataset"), items).open()


def _open_preferences(window: MainWindow) -> None:
    from app.formats.palette_files import user_palettes
    from app.ui.looking import palette_folder

    own, _ = user_palettes(palette_folder())
    PreferencesDialog(window, window.settings, window.change_settings, (*PALETTES, *own)).open()


def _setter(session: Callable[[], Session], name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(session(), name, value)


def _after(value: str, values: Sequence[str]) -> str:
    return values[(values.index(value) + 1) % len(values)]


def _swatch(colour: tuple[int, int, int]) -> QIcon:
    picture = QPixmap(12, 12)
    picture.fill("#{:02x}{:02x}{:02x}".format(*colour))
    return QIcon(picture)


def _about() -> str:
    return _tr(
        "Facewright {version}\n\nA workbench for multi-modal face datasets. One folder in, the same folder out, nothing"
        " lost.\n\nApache-2.0. Icons: Lucide (ISC). Qt for Python: LGPL-3.0. The datasets you open have terms of their"
        " own."
    ).format(version=__version__)


def _tr(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)
