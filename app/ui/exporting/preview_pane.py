"""What the export would be, to look at: one mask as it will be written, the files of a few samples, the size."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.ui.exporting.foresight import Foreseen
from app.ui.exporting.pace import shown_bytes
from app.ui.messages import Label, sentence, tooltip
from app.workbench.exporting import Estimate
from app.workbench.exporting.preview import Picture, Preview

_OPEN_UP_TO = 60
"""Files up to which every folder of the tree is open; beyond that only the first level."""
_MOST_FILES = 2000
_COUNTS = 3


class PreviewPane(QWidget):
    """Shows a ``Foreseen`` and its estimate."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = _PictureView()
        self.picture_of = Label(name="exportPictureOf", muted=True)
        self.picture_of.setWordWrap(True)
        self.tree = QTreeWidget()
        self.tree.setObjectName("exportTree")
        self.tree.setAccessibleName(self.tr("Files of the first samples"))
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([self.tr("Files"), self.tr("Size")])
        self.tree.setUniformRowHeights(True)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, self.tree.header().ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, self.tree.header().ResizeMode.ResizeToContents)
        self.of_samples = Label(name="exportTreeOf", muted=True)
        self.of_samples.setWordWrap(True)
        self.size_line = Label(name="exportSize")
        self.size_line.setWordWrap(True)
        self.size_line.setMinimumHeight(2 * self.size_line.fontMetrics().height())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.picture)
        column.addWidget(self.picture_of)
        column.addWidget(self.tree, 1)
        column.addWidget(self.of_samples)
        column.addWidget(self.size_line)

    def show_foreseen(self, answer: Foreseen) -> None:
        """The tree and the mask; the size follows."""
        seen = answer.preview
        self.picture.show_picture(None if seen is None else seen.picture)
        self.tree.clear()
        self.size_line.clear()
        if seen is None:
            self.picture_of.setText(sentence(answer.no_preview))
            self.of_samples.clear()
            return
        self.picture_of.setText(self._about(seen, answer))
        self._fill(seen.files)
        named = ", ".join(seen.samples)
        samples = self.tr("The files of sample {ids}.") if len(seen.samples) == 1 else self.tr("Of samples {ids}.")
        lost = [f"{count:,} {what}" for what, count in list(seen.counts.items())[:_COUNTS]]
        lost += [f"{gone.sample}: {gone.why}" for gone in seen.left_out[:_COUNTS]]
        self.of_samples.setText(" ".join([samples.format(ids=named), *map(sentence, lost)]))

    def show_size(self, estimate: Estimate | None, free: int | None) -> None:
        """About how large it would be, and how much room there is."""
        if estimate is None:
            self.size_line.setText(self.tr("The size cannot be told."))
            return
        text = self.tr("About {size} in {files} files").format(
            size=shown_bytes(estimate.size), files=f"{estimate.files:,}"
        )
        if free is not None:
            text += self.tr("; {free} are free there").format(free=shown_bytes(free))
            if free < estimate.size:
                text += self.tr(": too little")
        self.size_line.setText(f"{text}.")

    def _about(self, seen: Preview, answer: Foreseen) -> str:
        if seen.picture is None:
            return self.tr("No mask to show.")
        if seen.picture_of:
            return self.tr("{file}, in the colours of the classes").format(file=seen.picture_of)
        title = answer.plan.format.title if answer.plan is not None else ""
        return self.tr("The mask; {format} has no picture of its own for it").format(format=title)

    def _fill(self, files: Sequence[tuple[str, int]]) -> None:
        folders: dict[str, QTreeWidgetItem] = {}
        for path, size in files[:_MOST_FILES]:
            folder, _, name = path.rpartition("/")
            item = QTreeWidgetItem([name, shown_bytes(size) if size else ""])
            item.setToolTip(0, tooltip(path))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._add(item, folder, folders)
        if len(files) <= _OPEN_UP_TO:
            self.tree.expandAll()
        else:
            self.tree.expandToDepth(0)

    def _add(self, item: QTreeWidgetItem, folder: str, folders: dict[str, QTreeWidgetItem]) -> None:
        """Into the folder, which is made on the way.

        No function within ``_fill``: one that calls itself is a reference cycle, and where the cycle collector takes
        the wrappers of items apart, PySide6 (6.11) deletes items the tree still shows.
        """
        if not folder:
            self.tree.addTopLevelItem(item)
            return
        if folder not in folders:
            above, _, name = folder.rpartition("/")
            folders[folder] = QTreeWidgetItem([f"{name}/", ""])
            self._add(folders[folder], above, folders)
        folders[folder].addChild(item)


class _PictureView(Label):
    """A picture as large as there is room for, its proportions kept."""

    def __init__(self) -> None:
        super().__init__(name="exportPicture")
        self._pixmap = QPixmap()
        self.setAccessibleName(self.tr("One mask as it will be written"))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedHeight(216)
        self.setMinimumWidth(216)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_picture(self, picture: Picture | None) -> None:
        """Show this, or nothing."""
        if picture is None:
            self._pixmap = QPixmap()
        else:
            height, width = picture.shape[:2]
            data = picture.tobytes()
            self._pixmap = QPixmap.fromImage(QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888))
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    def _show(self) -> None:
        if self._pixmap.isNull():
            self.clear()
            return
        room: QSize = self.contentsRect().size() * self.devicePixelRatioF()
        # Enlarged, each pixel of a class stays one; made smaller, thin classes must not vanish.
        larger = self._pixmap.width() < room.width() and self._pixmap.height() < room.height()
        how = Qt.TransformationMode.FastTransformation if larger else Qt.TransformationMode.SmoothTransformation
        fitted = self._pixmap.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, how)
        fitted.setDevicePixelRatio(self.devicePixelRatioF())
        self.setPixmap(fitted)
