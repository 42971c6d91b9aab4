"""Zoom and centre, shared by all views of a sample, and where that puts a picture on a screen.

Qt's raster engine samples scaled pictures in 16.16 fixed point, restarting at the edge of whatever is repainted; at
most scales a repainted rectangle therefore differs from a full repaint in a few pixels ("seams"). Measured with Qt
6.11: none differ from 0.5× to 2× (smooth) when the *inverse* scale is an even multiple of 2⁻¹⁶, and none at the steps
listed from 2× up (nearest neighbour). So scales below 2× are moved to the nearest such value (they change by less than
0.001 %), those above are taken from the list, and below 0.5× a picture of half the size is drawn.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Signal

from app.imaging.raster import Rect

ZOOM_STEPS: tuple[float, ...] = (
    0.1, 0.125, 0.167, 0.25, 0.333, 0.5, 0.67, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 8, 12, 16, 24, 32, 48, 64,
)  # fmt: skip
NEAREST_FROM = 2.0
GRID_FROM = 8.0
_FIXED = 65536


def halvings(scale: float) -> int:
    """How often a picture is halved before it is drawn at ``scale``, so that no pixel of it is skipped."""
    return max(0, math.ceil(math.log2(0.5 / scale) - 1e-6)) if scale < 0.5 else 0


def seamless(scale: float, *, smooth: bool) -> float:
    """The scale nearest to ``scale`` that repaints without a seam.

    The tiny excess keeps the inverse from being truncated to the fixed-point number below it.
    """
    if not smooth or scale in (1.0, 0.5, 0.25, 0.125):
        return scale
    halved = 1 << halvings(scale)
    return _FIXED / (round(_FIXED / (scale * halved) / 2) * 2 + 1e-7) / halved


def stepped(zoom: float, steps: int) -> float:
    """The zoom ``steps`` places further in the list (negative: out), from the listed one at or beyond ``zoom``."""
    if steps > 0:
        further = [z for z in ZOOM_STEPS if z > zoom * 1.001]
        return further[min(steps, len(further)) - 1] if further else ZOOM_STEPS[-1]
    nearer = [z for z in reversed(ZOOM_STEPS) if z < zoom * 0.999]
    return nearer[min(-steps, len(nearer)) - 1] if nearer else ZOOM_STEPS[0]


def snapped(zoom: float) -> float:
    """A zoom that can be drawn: within the limits, from 2× up the listed step nearest to it."""
    zoom = max(ZOOM_STEPS[0], min(ZOOM_STEPS[-1], zoom))
    if zoom <= 1.99:
        return zoom
    return min((z for z in ZOOM_STEPS if z >= NEAREST_FROM), key=lambda z: abs(math.log(z / zoom)))


class Placement(NamedTuple):
    """Where a picture lies in a view: device pixel = ``scale`` × picture pixel + (``x``, ``y``), whole numbers."""

    scale: float
    x: int
    y: int
    is_seamless: bool = True
    """Whether repainting a part of it gives the same pixels as repainting all of it."""

    def edge_x(self, picture_x: float) -> int:
        """The first device column whose centre lies at or beyond a picture column's left edge."""
        return math.ceil(picture_x * self.scale - 0.5) + self.x

    def edge_y(self, picture_y: float) -> int:
        """The first device row whose centre lies at or beyond a picture row's top edge."""
        return math.ceil(picture_y * self.scale - 0.5) + self.y

    def device_rect(self, picture: QSize) -> QRect:
        """The device pixels that the whole picture covers."""
        right, bottom = self.edge_x(picture.width()), self.edge_y(picture.height())
        return QRect(self.x, self.y, right - self.x, bottom - self.y)


def _odd_eighth(part: float) -> float:
    """−3, −1, 1 or 3 eighths, for −0.5 < part ≤ 0.5."""
    return (2 * min(3, math.floor((part + 0.5) * 4)) - 3) / 8


class MaskPlace(NamedTuple):
    """Where the pixels of a mask lie in a view: device pixel = scale × mask pixel + offset.

    ``ratio`` is the view's device pixels per widget unit; ``margin`` what colours outside a mask pixel change with it.
    """

    across: float
    down: float
    x: int
    y: int
    ratio: float
    margin: int
    is_uneven: bool = False
    """Whether its pixels are not all of one size: at 2.5× they are by turns two and three device pixels wide."""
    is_crisp: bool = True
    """Whether there is no smoothing between its pixels."""

    @classmethod
    def of(cls, place: Placement, per_mask_pixel: tuple[float, float], ratio: float) -> MaskPlace:
        """From where the picture lies, and how many of its pixels a mask pixel has across and down."""
        margin = math.ceil(max(1.0, place.scale)) + 1 if place.scale < NEAREST_FROM and place.scale != 1 else 0
        if not all(per.is_integer() for per in per_mask_pixel):
            margin += math.ceil(place.scale)  # a mask pixel's colour fills whole picture pixels
        across, down = place.scale * per_mask_pixel[0], place.scale * per_mask_pixel[1]
        is_crisp = place.scale >= NEAREST_FROM or place.scale == 1
        is_uneven = not (across.is_integer() and down.is_integer())
        return cls(across, down, place.x, place.y, ratio, margin, is_uneven, is_crisp)

    def point(self, position: QPointF) -> tuple[float, float]:
        """The mask point under a position in the widget."""
        return (position.x() * self.ratio - self.x) / self.across, (position.y() * self.ratio - self.y) / self.down

    def corner(self, x: float, y: float) -> tuple[int, int]:
        """The first device pixel whose centre lies in a mask pixel or right below it."""
        return math.ceil(x * self.across - 0.5) + self.x, math.ceil(y * self.down - 0.5) + self.y

    def phase(self, x: float, y: float) -> tuple[float, float]:
        """How far a mask pixel's corner lies behind that of the device pixel at ``corner``: −0.5 … 0.5 across, down.

        To the nearest odd eighth where nothing is crisp, so that what depends on it has not to be drawn at every move.
        """
        left, top = x * self.across, y * self.down
        across, down = left - math.ceil(left - 0.5), top - math.ceil(top - 0.5)
        return (across, down) if self.is_crisp else (_odd_eighth(across), _odd_eighth(down))

    def dirty(self, region: Rect, margin: int = 0) -> Rect:
        """The device pixels that may look different when these mask pixels do."""
        margin += self.margin
        x, y, width, height = region
        left, top = math.floor(x * self.across) - margin, math.floor(y * self.down) - margin
        right, bottom = math.ceil((x + width) * self.across) + margin, math.ceil((y + height) * self.down) + margin
        return Rect(left + self.x, top + self.y, right - left, bottom - top)


class Sight(NamedTuple):
    """What all views show, as a value: any thread may ask it where a picture lies.

    ``zoom`` is device pixels per photo pixel (unless ``fitting``: then every view shows the whole picture) around the
    centre (0…1 of the photo's extent); ``picture`` is the size of the photo, what 100 % refers to.
    """

    zoom: float
    centre: tuple[float, float]
    fitting: bool
    picture: tuple[int, int]

    def fit_zoom(self, view: QSize) -> float:
        """The zoom at which the whole photo is seen in a view of this size (device pixels)."""
        width, height = self.picture
        if not (width and height) or view.isEmpty():
            return 1.0
        zoom = min(view.width() / width, view.height() / height)
        if zoom <= 1.99:
            return max(ZOOM_STEPS[0], zoom)
        return max(1.99, max((z for z in ZOOM_STEPS if z <= zoom), default=1.99))

    def placement(self, view: QSize, picture: QSize) -> Placement:
        """Where a picture of the photo's extent (of any resolution) lies in a view of this size (device pixels)."""
        if picture.isEmpty():
            return Placement(1.0, 0, 0)
        zoom = self.zoom_of(view)
        smooth = zoom < NEAREST_FROM
        scale = seamless(zoom * (self.picture[0] or picture.width()) / picture.width(), smooth=smooth)
        centre = (0.5, 0.5) if self.fitting else self.centre
        x = round(view.width() / 2 - centre[0] * picture.width() * scale)
        y = round(view.height() / 2 - centre[1] * picture.height() * scale)
        return Placement(scale, x, y, is_seamless=smooth or scale == 1 or scale in ZOOM_STEPS)

    def zoom_of(self, view: QSize) -> float:
        """Device pixels per photo pixel in a view of this size (device pixels)."""
        return self.fit_zoom(view) if self.fitting else self.zoom


class Viewport(QObject):
    """What all views show: the zoom (device pixels per photo pixel) around a centre (0…1 of the photo's extent).

    ``fitting`` lasts until the user zooms or pans: every view then shows the whole picture, whatever its size.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._picture = QSize()
        self._view = QSize()
        self._zoom = 1.0
        self._centre = QPointF(0.5, 0.5)
        self._fitting = True
        self._sight: Sight | None = None
        self.pointer: tuple[float, float] | None = None
        """Where the pointer is over the main view, each coordinate 0…1 of the picture's extent. Set before the
        session tells of the pixel."""

    @property
    def zoom(self) -> float:
        """Device pixels per photo pixel in the main view."""
        return self.fit_zoom(self._view) if self._fitting else self._zoom

    @property
    def centre(self) -> QPointF:
        """The point of the picture in the middle of every view, each coordinate 0…1 of its extent."""
        return QPointF(0.5, 0.5) if self._fitting else QPointF(self._centre)

    @property
    def fitting(self) -> bool:
        """Whether the picture follows the size of the view."""
        return self._fitting

    @property
    def picture(self) -> QSize:
        """The size of the photo: what 100 % refers to. Empty while there is none."""
        return self._picture

    def set_picture(self, size: QSize) -> None:
        """Another photo is shown; zoom and centre stay."""
        if size != self._picture:
            self._picture = size
            self._move()

    def set_view(self, size: QSize) -> None:
        """The main view has this size in device pixels."""
        if size != self._view:
            self._view = size
            if self._fitting:
                self.changed.emit()

    @property
    def sight(self) -> Sight:
        """Zoom, centre and photo size as one value."""
        if self._sight is None:
            size = (max(0, self._picture.width()), max(0, self._picture.height()))
            self._sight = Sight(self._zoom, (self._centre.x(), self._centre.y()), self._fitting, size)
        return self._sight

    def fit_zoom(self, view: QSize) -> float:
        """The zoom at which the whole photo is seen in a view of this size (device pixels)."""
        return self.sight.fit_zoom(view)

    def placement(self, view: QSize, picture: QSize) -> Placement:
        """Where a picture of the photo's extent (of any resolution) lies in a view of this size (device pixels)."""
        return self.sight.placement(view, picture)

    def fit(self) -> None:
        """Show the whole picture, and keep doing so when the view is resized, until the user zooms or pans."""
        if not self._fitting:
            self._fitting = True
            self._move()

    def actual_size(self) -> None:
        """One photo pixel per device pixel."""
        self.set_zoom(1.0)

    def zoom_in(self) -> None:
        """The next listed zoom, around the middle."""
        self.set_zoom(stepped(self.zoom, 1))

    def zoom_out(self) -> None:
        """The previous listed zoom, around the middle."""
        self.set_zoom(stepped(self.zoom, -1))

    def set_zoom(self, zoom: float, anchor: QPointF | None = None, *, view: QSize | None = None) -> None:
        """Zoom; the picture point under ``anchor`` (device pixels of a view of size ``view``) stays where it is."""
        zoom = snapped(zoom)
        size = view or self._view
        centre = self.centre
        if anchor is not None and not self._picture.isEmpty():
            off = anchor - QPointF(size.width() / 2, size.height() / 2)
            before = self.fit_zoom(size) if self._fitting else self._zoom
            shift = 1 / before - 1 / zoom
            centre += QPointF(off.x() * shift / self._picture.width(), off.y() * shift / self._picture.height())
        self._show(zoom, centre)

    def pan(self, offset: QPointF) -> None:
        """Move the picture by an offset in device pixels; ends fitting."""
        if self._picture.isEmpty():
            return
        zoom = self.zoom
        shift = QPointF(offset.x() / zoom / self._picture.width(), offset.y() / zoom / self._picture.height())
        self._show(zoom, self.centre - shift)

    def show_at(self, zoom: float, centre: QPointF) -> None:
        """Show this zoom and centre."""
        self._show(snapped(zoom), centre)

    def _show(self, zoom: float, centre: QPointF) -> None:
        centre = QPointF(min(1.0, max(0.0, centre.x())), min(1.0, max(0.0, centre.y())))
        if (zoom, centre, False) == (self._zoom, self._centre, self._fitting):
            return
        self._zoom, self._centre, self._fitting = zoom, centre, False
        self._move()

    def _move(self) -> None:
        self._sight = None
        self.changed.emit()


def logical(device: Rect, ratio: float) -> QRect:
    """The widget rectangle around device pixels, for ``update``."""
    if ratio == 1.0:
        return QRect(device.x, device.y, device.width, device.height)
    scaled = QRectF(device.x / ratio, device.y / ratio, device.width / ratio, device.height / ratio)
    return scaled.toAlignedRect().adjusted(-1, -1, 1, 1)
