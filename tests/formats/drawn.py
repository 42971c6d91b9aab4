"""Files of small datasets, drawn on the spot: the released layouts in miniature."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.faces.attributes import ATTRIBUTE_NAMES

SIZE = 32


def jpeg(mode: str = "RGB", size: tuple[int, int] = (2 * SIZE, 2 * SIZE), **options: object) -> bytes:
    """A small JPEG with some content."""
    ramp = np.tile(np.arange(size[0], dtype=np.uint8) * 3, (size[1], 1))
    buffer = io.BytesIO()
    Image.fromarray(ramp).convert(mode).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def png(array: npt.NDArray[np.uint8], mode: str | None = None, **options: object) -> bytes:
    """The array as PNG by Pillow."""
    buffer = io.BytesIO()
    image = Image.fromarray(array)
    (image.convert(mode) if mode else image).save(buffer, "PNG", **options)
    return buffer.getvalue()


def square(top: int, left: int, side: int = 8, size: int = SIZE) -> npt.NDArray[np.bool_]:
    """A bool picture with one square."""
    picture = np.zeros((size, size), np.bool_)
    picture[top : top + side, left : left + side] = True
    return picture


def rgb(covered: npt.NDArray[np.bool_], value: int = 255) -> bytes:
    """A class file as released: 8-bit RGB, 0 and 255."""
    return png(np.repeat(covered[..., None].astype(np.uint8) * np.uint8(value), 3, axis=2))


def attribute_table(rows: Mapping[str, str]) -> bytes:
    """The released form: count, names, ``N.jpg``, two spaces, values."""
    lines = [str(len(rows)), " ".join(ATTRIBUTE_NAMES), *(f"{name}  {values}" for name, values in rows.items())]
    return ("\n".join(lines) + "\n").encode()


CAPTIONS = "".join(f"She has feature {number}. \n" for number in range(10)).encode()
NATIVE: dict[str, bytes] = {
    "CelebA-HQ-img/0.jpg": jpeg(),
    "CelebA-HQ-img/17.jpg": jpeg(),
    "CelebA-HQ-img/2001.jpg": jpeg(),
    "CelebAMask-HQ-mask-anno/0/00000_skin.png": rgb(square(4, 4, 20)),
    "CelebAMask-HQ-mask-anno/0/00000_nose.png": rgb(square(10, 10)),
    "CelebAMask-HQ-mask-anno/0/00017_skin.png": rgb(square(2, 2, 24)),
    "CelebAMask-HQ-mask-anno/0/00017_l_eye.png": rgb(square(6, 18, 4)),
    "CelebAMask-HQ-mask-anno/0/00017_hair.png": rgb(square(0, 0, 10)),
    "CelebAMask-HQ-mask-anno/1/02001_skin.png": rgb(square(2, 2)),
    "CelebAMask-HQ-attribute-anno.txt": attribute_table(
        {f"{n}.jpg": " ".join(["-1", "1"] * 20) for n in (0, 17, 2001)}
    ),
    "CelebAMask-HQ-pose-anno.txt": b"3\nYaw Pitch Raw\n0.jpg 1.5 -2 0\n17.jpg 1 2 3\n2001.jpg 4 5 nan\n",
    "CelebA-HQ-to-CelebA-mapping.txt": b"idx        orig_idx   orig_file\n17         41         000042.jpg\n",
}
MULTI_MODAL: dict[str, bytes] = {
    "image/0.jpg": jpeg(),
    "image/17.jpg": jpeg(),
    "label/0.png": png(square(4, 4).astype(np.uint8)),
    "label/17.png": png(square(4, 4).astype(np.uint8) * np.uint8(13)),
    "text/celeba-caption/0.txt": CAPTIONS,
    "text/celeba-caption/17.txt": CAPTIONS,
    "sketch/17.png": png(255 - square(3, 3).astype(np.uint8) * np.uint8(255)),
    "train/filenames.pickle": pickle.dumps(["17"], protocol=2),
    "test/filenames.pickle": pickle.dumps(["0"], protocol=2),
}
