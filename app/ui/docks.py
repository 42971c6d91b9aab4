"""Where the panels stand: docks around the canvas, three layouts by name, and what the user made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
CAPTION_ROWS = {"paint": 4, "browse": 4, "write": 10}
LEFT_WIDTH = {"paint": 132, "browse": 280, "write": 132}
RIGHT_WIDTH = 268


@dataclass(frozen=True, slots=True)
class Place:
    """A panel's dock: its name in actions, its object name, its title and its side."""

    name: str
    object_name: str
    title: str
    area: Qt.DockWidgetArea


PLACES: tuple[Place, ...] = (
    Place("samples", "samplesPanel", "Samples", LEFT),
    Place("classes", "classesPanel", "Classes", RIGHT),
    Place("attributes", "attributesPanel", "Attributes", RIGHT),
    Place("history", "historyPanel", "History", RIGHT),
    Place("captions", "captionsPanel", "Captions", BOTTOM),
)


class Docks:
    """The docks of one window. ``arrange`` sets a layout; ``keep`` and ``restore`` carry the user's own."""

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget]) -> None:
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self._shown_before: set[str] = {place.name for place in PLACES}
        window.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        # The side panels need height more than the captions need width.
        window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        window.setTabPosition(RIGHT, QTabWidget.TabPosition.North)
        for place in PLACES:
            dock = QDockWidget(window.tr(place.title), window)
            dock.setObjectName(place.object_name)
            dock.setAccessibleName(window.tr(place.title))
            dock.setWidget(panels[place.name])
            self._docks[place.name] = dock
            window.addDockWidget(place.area, dock)
            dock.hide()

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def all(self) -> Mapping[str, QDockWidget]:
        """The docks by name."""
        return self._docks

    def arrange(self, layout: str) -> None:
        """One of the layouts ``browse``, ``paint``, ``write``."""
        for place in PLACES:
            dock = self._docks[place.name]
            dock.setFloating(False)
            self._window.addDockWidget(place.area, dock)
            dock.show()
        self._window.splitDockWidget(self._docks["classes"], self._docks["attributes"], Qt.Orientation.Vertical)
        self._window.tabifyDockWidget(self._docks["attributes"], self._docks["history"])
        self._docks["attributes"].raise_()
        self._size(layout)

    def _size(self, layout: str) -> None:
        docks = self._docks
        captions = docks["captions"]
        rows = captions.widget().height_of(CAPTION_ROWS[layout])  # type: ignore[attr-defined]
        title = captions.fontMetrics().height() + 12
        if captions.isVisible():
            title = max(title, captions.height() - captions.widget().height())
        self._window.resizeDocks([docks["samples"]], [LEFT_WIDTH[layout]], Qt.Orientation.Horizontal)
        self._window.resizeDocks([docks["classes"]], [RIGHT_WIDTH], Qt.Orientation.Horizontal)
        self._window.resizeDocks([captions], [rows + title], Qt.Orientation.Vertical)
        classes = docks["classes"].widget().sizeHint().height() + title
        # The panel of classes has a largest height, so it gets what it can use and the attributes the rest.
        self._window.resizeDocks([docks["classes"], docks["attributes"]], [classes, 200], Qt.Orientation.Vertical)

    def hide(self) -> None:
        """No dataset, no panels; ``show`` brings back those that were open."""
        self._shown_before = {name for name, dock in self._docks.items() if not dock.isHidden()}
        for dock in self._docks.values():
            dock.hide()

    def show(self) -> None:
        """The panels that were open before ``hide``."""
        for name, dock in self._docks.items():
            dock.setVisible(name in self._shown_before)

    def keep(self) -> QByteArray:
        """What the user made of the layout."""
        return self._window.saveState()

    def restore(self, kept: QByteArray | None) -> bool:
        """As it was kept; False when there is nothing to restore."""
        return kept is not None and self._window.restoreState(kept)
