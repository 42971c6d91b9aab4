"""Photos on their way out: the very bytes where nothing about them changes, else resized and encoded anew.

Encoding a JPEG again loses a little each time, so it is done only where size or kind must change. Pixels are never
turned by EXIF: training code reads them as they lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from app.faces.errors import SaveError
from app.faces.sample import Modality, Photo, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.masks import fitted
from app.formats.exporting.options import option
from app.formats.pictures import picture_shape, read_picture
from app.formats.png import SIGNATURE
from app.imaging.cv import cv2

QUALITY = 95
KINDS = ("keep", "jpeg", "png")


def kind_option() -> Any:
    """The field ``photo_kind: str`` of a format whose photos may be JPEG or PNG."""
    return option(
        "keep", "kind of the photo files; those that are of that kind already are not encoded again", choices=KINDS
    )


def quality_option() -> Any:
    """The field ``quality: int`` of a format that may have to encode JPEGs."""
    return option(QUALITY, "JPEG quality of photos that must be encoded anew", least=1, most=100)


@dataclass(frozen=True, slots=True, eq=False)
class PictureFile:
    """A picture as it goes into an export. ``suffix`` is ``.jpg`` or ``.png``, by content; ``shape`` (H, W).

    ``is_copy``: these are the very bytes of the dataset's file.
    """

    data: bytes
    suffix: str
    shape: tuple[int, int]
    is_copy: bool


def photo_file(
    store: SampleStore, sample: SampleId, *, size: int | None = None, kind: str = KINDS[0], quality: int = QUALITY
) -> PictureFile:
    """The sample's photo with the longer side ``size`` (None: as it is) and of that kind (one of ``KINDS``).

    Raises FileNotFoundError where there is none, FaceDataError where it must not or cannot be read.
    """
    return picture_file(store.picture_bytes(sample, Modality.PHOTO), size=size, kind=kind, quality=quality)


def picture_file(data: bytes, *, size: int | None = None, kind: str = KINDS[0], quality: int = QUALITY) -> PictureFile:
    """The same for the bytes of any JPEG or PNG file. Raises FaceDataError."""
    own = "png" if data.startswith(SIGNATURE) else "jpeg"
    shape = picture_shape(data)
    wanted = fitted(shape, size)
    kind = own if kind == KINDS[0] else kind
    if wanted == shape and kind == own:
        return PictureFile(data, _suffix(kind), shape, is_copy=True)
    photo, _ = read_picture(data)
    encoded = encoded_photo(resized_photo(photo, wanted), kind, quality)
    return PictureFile(encoded, _suffix(kind), wanted, is_copy=False)


def resized_photo(photo: Photo, shape: tuple[int, int]) -> Photo:
    """(H, W, 3) in another size: averaged areas on the way down, Lanczos on the way up."""
    if photo.shape[:2] == shape:
        return photo
    way = cv2.INTER_AREA if shape[0] <= photo.shape[0] else cv2.INTER_LANCZOS4
    return cv2.resize(photo, (shape[1], shape[0]), interpolation=way).astype(np.uint8, copy=False)


def encoded_photo(photo: Photo, kind: str = "jpeg", quality: int = QUALITY) -> bytes:
    """The bytes of a JPEG or PNG file of (H, W, 3) R G B. Raises SaveError where no encoder takes it."""
    parameters = [cv2.IMWRITE_JPEG_QUALITY, quality] if kind == "jpeg" else []
    done, data = cv2.imencode(_suffix(kind), cv2.cvtColor(photo, cv2.COLOR_RGB2BGR), parameters)
    if not done:
        raise SaveError(f"a picture of {photo.shape[1]}×{photo.shape[0]} cannot be encoded as {kind}; choose another")
    return data.tobytes()


def _suffix(kind: str) -> str:
    return ".png" if kind == "png" else ".jpg"
