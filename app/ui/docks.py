"""Where the panels stand: docks around the canvas, four layouts by name, and what the user made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabWidget, QWidget

from app.faces.captions import CAPTIONS_PER_SAMPLE

LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
LEAST_CAPTION_ROWS = {"paint": 6, "browse": 6, "write": 10, "review": 6}
CANVAS_HEIGHT = 620
"""What the picture gets before the captions get more than their least number of rows."""
LEFT_WIDTH = {"paint": 176, "browse": 280, "write": 176, "review": 230}
RIGHT_WIDTH = 268
WIDE_RIGHT_WIDTH, WIDE_FROM = 336, 1600
"""Wide windows have room for the titles of all panels that share the right side's tabs."""
BROWSED_WIDTH = 420
"""What the picture keeps of the width while the gallery is large."""
FILMSTRIP_HEIGHT = 128
FILMSTRIP_FROM = 920
"""Lower windows have no room for it under a mask of full size; it can be asked for all the same."""
FLOATING_WIDTH, FLOATING_HEIGHT = 400, 560
ON_TOP = {"review": "review"}
"""The panel of the tabs that a layout shows; the attributes otherwise."""
_AT_AN_EDGE = (Qt.CursorShape.SplitHCursor, Qt.CursorShape.SplitVCursor)


@dataclass(frozen=True, slots=True)
class Place:
    """A panel's dock: its name in actions, its object name, its title and its side.

    ``on_request``: no layout shows it by itself. ``needs_height``: of little use in what a low window has to give.
    """

    name: str
    object_name: str
    title: str
    area: Qt.DockWidgetArea
    on_request: bool = False
    needs_height: bool = False


PLACES: tuple[Place, ...] = (
    Place("gallery", "galleryPanel", "Gallery", LEFT),
    Place("classes", "classesPanel", "Classes", RIGHT),
    Place("attributes", "attributesPanel", "Attributes", RIGHT),
    Place("history", "historyPanel", "History", RIGHT),
    Place("review", "reviewPanel", "Review", RIGHT),
    Place("cleanup", "cleanupPanel", "Clean-up", RIGHT, on_request=True),
    Place("photo", "photoPanel", "Photo", RIGHT, on_request=True),
    Place("overlaps", "overlapsPanel", "Overlaps", RIGHT, on_request=True),
    Place("coverage", "coveragePanel", "Coverage", RIGHT, on_request=True, needs_height=True),
    Place("filmstrip", "filmstripPanel", "Filmstrip", BOTTOM),
    Place("captions", "captionsPanel", "Captions", BOTTOM),
)
_PLACE_BY_NAME = {place.name: place for place in PLACES}


class Docks(QObject):
    """The docks of one window. ``arrange`` sets a layout; ``keep`` and ``restore`` carry the user's own.

    A layout follows the size of the window until the user pulls at an edge of it.
    """

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget]) -> None:
        super().__init__(window)
        self._window = window
        self._layout: str | None = None
        self._has_captions = True
        self._docks: dict[str, QDockWidget] = {}
        self._in_front: set[str] = set()
        self._front_before: dict[str, str] = {}
        """By panel, which one it was put in front of: that comes back when it is closed."""
        self._shown_before: set[str] = {place.name for place in PLACES if not place.on_request}
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
            dock.visibilityChanged.connect(partial(self._note_front, place.name))
            window.addDockWidget(place.area, dock)
            dock.hide()
        window.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def all(self) -> Mapping[str, QDockWidget]:
        """The docks by name."""
        return self._docks

    def is_seen(self, name: str) -> bool:
        """Whether a panel is open and no other one's tab is before it."""
        return not self._docks[name].isHidden() and not self._is_behind(name)

    def toggle(self, name: str) -> None:
        """Show a panel, in front of those that share its place, or hide the one that is in front."""
        if self.is_seen(name):
            self._docks[name].hide()
        else:
            self.bring(name)

    def bring(self, name: str) -> None:
        """The panel is seen, whatever was."""
        if self.is_seen(name):
            return
        dock = self._docks[name]
        if dock.isHidden() and _PLACE_BY_NAME[name].needs_height:
            self._give_room(dock)
        in_front = set(self._in_front)
        dock.show()
        beside = self._window.tabifiedDockWidgets(dock)  # of a dock that is hidden Qt names none
        before = next((other for other in in_front if self._docks[other] in beside), None)
        if before is not None:
            self._front_before[name] = before
        dock.raise_()

    def _give_room(self, dock: QDockWidget) -> None:
        """In a low window beside the picture's lower right corner, on its own; at the window's side otherwise."""
        is_low = self._window.height() < FILMSTRIP_FROM
        dock.setFloating(is_low)
        if is_low:
            canvas = self._window.centralWidget() or self._window
            size = QSize(FLOATING_WIDTH, min(FLOATING_HEIGHT, canvas.height() - 48))
            corner = canvas.mapToGlobal(QPoint(canvas.width() - size.width() - 8, 8))
            dock.setGeometry(QRect(corner, size))

    def _is_behind(self, name: str) -> bool:
        """Whether the panel is open, but another one's tab is before it."""
        return name not in self._in_front and bool(self._window.tabifiedDockWidgets(self._docks[name]))

    def _note_front(self, name: str, is_in_front: bool) -> None:
        (self._in_front.add if is_in_front else self._in_front.discard)(name)
        before = self._front_before.pop(name, None) if self._docks[name].isHidden() else None
        if before is not None and not self._docks[before].isHidden():
            self._docks[before].raise_()

    def arrange(self, layout: str) -> None:
        """One of the layouts ``browse``, ``paint``, ``write``, ``review``."""
        for place in PLACES:
            dock = self._docks[place.name]
            # Shown one below the other, before they share their places, they would push the window off the screen.
            dock.hide()
            dock.setFloating(False)
            self._window.addDockWidget(place.area, dock)
        self._window.splitDockWidget(self._docks["classes"], self._docks["attributes"], Qt.Orientation.Vertical)
        self._window.splitDockWidget(self._docks["filmstrip"], self._docks["captions"], Qt.Orientation.Vertical)
        self._window.tabifyDockWidget(self._docks["attributes"], self._docks["history"])
        self._window.tabifyDockWidget(self._docks["history"], self._docks["review"])
        self._window.tabifyDockWidget(self._docks["review"], self._docks["cleanup"])
        self._window.tabifyDockWidget(self._docks["review"], self._docks["photo"])
        self._window.tabifyDockWidget(self._docks["review"], self._docks["overlaps"])
        self._window.tabifyDockWidget(self._docks["review"], self._docks["coverage"])
        has_room = layout == "review" and self._window.height() >= FILMSTRIP_FROM
        for place in PLACES:
            self._docks[place.name].setVisible(has_room if place.name == "filmstrip" else not place.on_request)
        self._docks[ON_TOP.get(layout, "attributes")].raise_()
        self._layout = layout
        self._size(layout)

    def _size(self, layout: str) -> None:
        docks = self._docks
        captions = docks["captions"]
        title = captions.fontMetrics().height() + 12
        if captions.isVisible():
            title = max(title, captions.height() - captions.widget().height())
        left, right = LEFT_WIDTH[layout], RIGHT_WIDTH if self._window.width() < WIDE_FROM else WIDE_RIGHT_WIDTH
        if layout == "browse":
            left = max(left, self._window.width() - right - BROWSED_WIDTH)
        self._window.resizeDocks([docks["gallery"]], [left], Qt.Orientation.Horizontal)
        self._window.resizeDocks([docks["classes"]], [right], Qt.Orientation.Horizontal)
        heights = [FILMSTRIP_HEIGHT, self._caption_height(layout, title)]
        self._window.resizeDocks([docks["filmstrip"], captions], heights, Qt.Orientation.Vertical)
        classes = docks["classes"].widget().sizeHint().height() + title
        # The panel of classes has a largest height, so it gets what it can use and the attributes the rest.
        self._window.resizeDocks([docks["classes"], docks["attributes"]], [classes, 200], Qt.Orientation.Vertical)

    def expect_captions(self, has_captions: bool) -> None:
        """Whether the dataset has captions or could have: where not, their room is the picture's."""
        if has_captions != self._has_captions:
            self._has_captions = has_captions
            QTimer.singleShot(0, self, self._follow)

    def _caption_height(self, layout: str, title: int) -> int:
        """Of the captions' dock: more rows where the picture is large enough without that height."""
        captions = self._docks["captions"]
        canvas = self._window.centralWidget()
        room = canvas.height() + captions.height() if canvas is not None and captions.isVisible() else 0
        height_of = captions.widget().height_of  # type: ignore[attr-defined]
        if not self._has_captions:
            return int(height_of(1)) + title
        rows = LEAST_CAPTION_ROWS[layout]
        while rows < CAPTIONS_PER_SAMPLE and height_of(rows + 1) + title + CANVAS_HEIGHT <= room:
            rows += 1
        return int(height_of(rows)) + title

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        # The edges between docks are the window's own, and it shows them by its cursor.
        if kind == QEvent.Type.MouseButtonPress and self._window.cursor().shape() in _AT_AN_EDGE:
            self._layout = None
        elif kind in (QEvent.Type.Resize, QEvent.Type.StyleChange) and self._layout is not None:
            # The docks have their new sizes only after this event.
            QTimer.singleShot(0, self, self._follow)
        return super().eventFilter(watched, event)

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """A panel behind another's tab can be reached by Tab: it comes to the front instead of typing out of sight."""
        for dock in self._docks.values():
            if new is not None and dock.isAncestorOf(new) and dock.visibleRegion().isEmpty():
                dock.raise_()

    def _follow(self) -> None:
        if self._layout is not None and self._docks["captions"].isVisible():
            self._size(self._layout)

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

    def keep_layout(self) -> QByteArray:
        """The layout that is followed; empty when the user pulled at it."""
        return QByteArray((self._layout or "").encode())

    def restore(self, kept: QByteArray | None, layout: QByteArray | None) -> bool:
        """As it was kept; False when there is nothing to restore."""
        name = bytes(layout.data()).decode("ascii", "replace") if layout is not None else ""
        self._layout = name if name in LEAST_CAPTION_ROWS else None
        return kept is not None and self._window.restoreState(kept)
