"""Looks over time: restored at the start, kept at the end, with the user's own palettes in the configuration folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject

from app import paths
from app.faces.errors import DamagedFileError, FaceDataError
from app.faces.palettes import PALETTES
from app.formats.palette_files import take_palette, user_palettes
from app.ui import messages
from app.ui.looks import STYLES, looks_from, looks_text

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow
    from app.ui.session import Session


def palette_folder() -> Path:
    """Where the user's own palettes lie."""
    return paths.config_folder() / "palettes"


class Looking(QObject):
    """Belongs to the workspace. ``keep`` when a dataset is left."""

    def __init__(self, window: MainWindow, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._folder = palette_folder()
        session.looks = looks_from(window.state.text("looks"))
        style, opacity = window.state.text("overlay_style"), window.state.text("overlay_opacity")
        if style in STYLES:
            session.overlay_style = style
        if opacity.isdecimal():
            session.opacity = int(opacity) / 100
        for problem in self.find_palettes():
            window.banners.show_message("palettes", messages.sentence(problem), kind="warning")

    def keep(self) -> None:
        """What is set now is there at the next start."""
        state, session = self._window.state, self._session
        state.keep_text("looks", looks_text(session.looks))
        state.keep_text("overlay_style", session.overlay_style)
        state.keep_text("overlay_opacity", str(round(100 * session.opacity)))

    def find_palettes(self) -> list[str]:
        """The session offers the built-in palettes and those in the user's folder; why others there cannot be used."""
        own, problems = user_palettes(self._folder)
        self._session.palettes = {palette.name: palette for palette in (*PALETTES, *own)}
        return problems

    def import_palette(self) -> None:
        """Let the user choose a file of class colours, keep it, and use it. Raises FaceDataError."""
        title = QCoreApplication.translate("Looking", "Class colours: JSON by class name, or a GIMP palette (.gpl)")
        file = messages.choose_file(self._window, title)
        if file is None:
            return
        try:
            palette = take_palette(file, self._folder)
        except OSError as error:
            raise DamagedFileError(f"{file.name} cannot be read: {error.strerror}") from None
        self.find_palettes()
        self._session.palette = palette.name
        self._window.banners.solve("palettes")

    def try_import(self) -> None:
        """The same for a button: what stands against it is told in a banner."""
        try:
            self.import_palette()
        except FaceDataError as error:
            self._window.banners.show_message("palettes", messages.sentence(str(error)), kind="warning")
