"""What is wrong with the files of the sample on screen and with the dataset: where, what, what now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from app.ui.messages import sentence

if TYPE_CHECKING:
    from app.faces.sample import Problem, SampleId


def problem_text(problem: Problem) -> str:
    """``sketch/14.png: it is neither a JPEG nor a PNG file.``"""
    message = problem.message.removeprefix(f"{problem.where}: ")
    return sentence(message if message.startswith(problem.where) else f"{problem.where}: {message}")


class ProblemsDialog(QDialog):
    """A text to read and to copy; it stays open beside the window."""

    def __init__(
        self, parent: QWidget, sample: SampleId | None, of_sample: Sequence[Problem], of_dataset: Sequence[Problem]
    ) -> None:
        super().__init__(parent)
        self.setObjectName("problemsDialog")
        self.setWindowTitle(self.tr("Problems"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        parts = []
        if of_sample:
            parts += [self.tr("Sample {sample}").format(sample=sample), *map(problem_text, of_sample)]
        if of_dataset:
            parts += [self.tr("The dataset as a whole"), *map(problem_text, of_dataset)]
        parts.append(self.tr("Files with problems are left as they are; everything else can be edited and saved."))
        self.text = QPlainTextEdit("\n\n".join(parts))
        self.text.setObjectName("problemsText")
        self.text.setAccessibleName(self.tr("Problems"))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self.resize(640, 360)
