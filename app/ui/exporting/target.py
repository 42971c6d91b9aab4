"""The folder an export goes to, whether it may be overwritten, and whether an interrupted one goes on there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from app.ui import messages
from app.ui.exporting.boxes import TickBox
from app.ui.exporting.foresight import Foreseen
from app.ui.field import Field
from app.ui.messages import Label

_MOST = 1000


class TargetBox(QWidget):
    """``folder`` is None while nothing is named; it follows the format until the user names one. A plain name means a
    folder beside the last export."""

    edited = Signal()

    def __init__(self, home: Path) -> None:
        super().__init__()
        self._home = home
        self._is_own = False
        self.line = Field()
        self.line.setObjectName("exportTarget")
        self.line.setAccessibleName(self.tr("Folder to export to"))
        self.line.setPlaceholderText(self.tr("A folder that is made for the export"))
        choose = QPushButton(self.tr("Choose…"))
        choose.setObjectName("exportChooseTarget")
        choose.setAccessibleName(self.tr("Choose where the folder is made"))
        self.overwrite = TickBox(self.tr("Overwrite the folder if it is not empty"))
        self.overwrite.setObjectName("exportOverwrite")
        self.resume = TickBox()
        self.resume.setObjectName("exportResume")
        self.resume.hide()
        label = Label(self.tr("To"))
        label.setBuddy(self.line)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.line, 0, 1)
        grid.addWidget(choose, 0, 2)
        grid.addWidget(self.overwrite, 1, 1, 1, 2)
        grid.addWidget(self.resume, 2, 1, 1, 2)
        self._before: Foreseen | None = None
        self.line.textEdited.connect(self._on_typed)
        choose.clicked.connect(self._choose)
        self.overwrite.clicked.connect(self.edited)
        self.resume.clicked.connect(self.edited)

    @property
    def folder(self) -> Path | None:
        """The folder that is named."""
        text = self.line.text().strip()
        with suppress(RuntimeError):  # nobody's home is called that: then it is a name like any other
            return self._home / Path(text).expanduser() if text else None
        return self._home / text

    @property
    def home(self) -> Path:
        """The folder above it, to be remembered."""
        return self.folder.parent if self.folder is not None else self._home

    def suggest(self, name: str) -> None:
        """A folder of that name that is not there yet, unless the user named one."""
        if not self._is_own:
            self._show(self._free(self._home, name))

    def show_before(self, answer: Foreseen) -> None:
        """What an interrupted export has left there, and what will be done with it."""
        before = answer.before
        was = self._before.before if self._before is not None else None
        if before is None:
            self.resume.hide()
        elif answer.is_same is False:
            text = self.tr("Give up the other export that was interrupted there ({about})")
            self.resume.setText(text.format(about=before.about))
        else:
            text = self.tr("Go on where it was interrupted ({about})")
            self.resume.setText(text.format(about=before.about))
        if before is not None and (was is None or self._before is None or self._before.is_same != answer.is_same):
            self.resume.setChecked(answer.is_same is not False)
        self._before = answer
        self.resume.setVisible(before is not None)

    @property
    def resumes(self) -> bool:
        """Whether what is there is gone on with; False: it is given up."""
        answer = self._before
        if answer is None or answer.before is None:
            return True
        return self.resume.isChecked() and answer.is_same is not False

    @property
    def problem(self) -> str:
        """What the user must allow first."""
        answer = self._before
        if answer is not None and answer.before is not None and answer.is_same is False and not self.resume.isChecked():
            return self.tr(
                "Another export to this folder was interrupted: choose another folder, or give that one up below it."
            )
        return ""

    def _on_typed(self) -> None:
        self._is_own = bool(self.line.text().strip())
        self.edited.emit()

    def _choose(self) -> None:
        """The folder in which a new one is made; an empty one is taken itself."""
        start = self.home if self.home.is_dir() else None
        chosen = messages.choose_folder(self, self.tr("Where the export is made"), start)
        if chosen is None:
            return
        self._home, self._is_own = chosen, True
        name = self.folder.name if self.folder is not None else "export"
        self._show(chosen if _is_empty(chosen) else self._free(chosen, name))
        self.edited.emit()

    def _show(self, folder: Path) -> None:
        self.line.setText(str(folder))
        self.line.setCursorPosition(0)

    @staticmethod
    def _free(home: Path, name: str) -> Path:
        for number in range(1, _MOST):
            folder = home / (name if number == 1 else f"{name}-{number}")
            if not folder.exists():
                break
        return folder


def _is_empty(folder: Path) -> bool:
    try:
        return not any(folder.iterdir())
    except OSError:
        return False
