"""The photo on screen as an array, for everything that decides by its colours: ranges, wands, live wires."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from app.faces.sample import Photo
    from app.imaging.footprint import Coverage
    from app.imaging.intensity import PhotoRange
    from app.ui.canvas.layers import ComposedPicture


class PhotoPixels:
    """Keeps the array of one photo at one size; ``show`` tells which photo is on screen."""

    def __init__(self) -> None:
        self._picture: ComposedPicture | None = None
        self._kept: tuple[tuple[int, int], Photo] | None = None
        self._within: tuple[tuple[object, ...], Coverage] | None = None
        self.revision = 0
        """Counts the photos shown."""
        self.is_awaited = False
        """Whether it is the photo of the sample before, because that of the sample on screen is not read yet."""

    @property
    def is_there(self) -> bool:
        """Whether a photo is on screen."""
        return self._picture is not None

    def show(self, picture: ComposedPicture | None) -> None:
        """This is the picture on screen."""
        self.is_awaited = False
        if picture is not self._picture:
            self._picture, self._kept = picture, None
            self.revision += 1

    def rgb(self, shape: tuple[int, int]) -> Photo | None:
        """The photo at a mask's shape (H, W) as a read-only (H, W, 3) uint8 array R G B; None while there is none.

        Every pixel is the mean of the photo's pixels under it.
        """
        if self._picture is None:
            return None
        if self._kept is None or self._kept[0] != shape:
            pixels = _array_of(self._picture.photo, shape)
            pixels.setflags(write=False)
            self._kept = shape, pixels
        return self._kept[1]

    def within(self, shape: tuple[int, int], wanted: PhotoRange) -> Coverage | None:
        """(H, W) bool: the pixels of a mask of this shape whose photo value is in the range; None without a photo.

        None of them as long as the photo is awaited: the range may be meant to protect them.
        """
        if self.is_awaited:
            import numpy as np

            return np.zeros(shape, np.bool_)
        photo = self.rgb(shape)
        if photo is None:
            return None
        key = (shape, wanted, self.revision)
        if self._within is None or self._within[0] != key:
            from app.imaging.intensity import in_range

            self._within = key, in_range(photo, wanted)
        return self._within[1]


def _array_of(photo: QImage, shape: tuple[int, int]) -> Photo:
    import numpy as np
    from PySide6.QtGui import QImage

    from app.imaging.cv import cv2

    rgb = photo.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    pixels = rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3)
    if pixels.shape[:2] == shape:
        return pixels.copy()
    how = cv2.INTER_AREA if shape[0] < pixels.shape[0] else cv2.INTER_LINEAR
    return cv2.resize(pixels, (shape[1], shape[0]), interpolation=how).astype(np.uint8, copy=False)
