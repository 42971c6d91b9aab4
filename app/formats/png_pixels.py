"""From a PNG's rows to "where is the class", quickly and without guessing.

Thirteen masks are inflated each time a sample is opened, so the common case is taken apart here: an 8-bit picture of
two values, whose rows are mostly blank and hardly filtered. One inflate (which is the check of the pixel data as well),
one look for blank rows, and only one channel of the others is unfiltered. Everything else goes to Pillow, which gets
the pixel chunks alone, so that no text or colour profile of the file reaches a decoder.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from app.faces.errors import DamagedFileError
from app.faces.mask import Binary
from app.formats.png import GREY_ALPHA, PALETTE, RGBA, SIGNATURE, Png, Samples
from app.imaging.cv import cv2

if TYPE_CHECKING:
    from PIL import Image

Plane = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class BinaryPicture:
    """Where a binary mask file covers the picture. ``covered`` (rows, W) starts at row ``top``; beyond is nothing.

    ``value`` is the one non-zero value of a plain file: 8-bit grey or RGB, equal channels, not interlaced; None for
    any other. ``notice`` tells what is unusual about the values, ``locked`` why the file must not be rewritten.
    """

    top: int
    covered: Binary
    value: int | None = None
    notice: str | None = None
    locked: str | None = None


def read_binary(png: Png) -> BinaryPicture:
    """The covered pixels: non-zero where the file has two values, above half of the largest where it has more.

    Raises DamagedFileError when the pixel data are not whole.
    """
    raw = png.raw()
    if png.kind.depth == 8 and not png.kind.interlaced and png.kind.colour_type in (0, 2):
        quick = _quick_binary(raw, png.kind.height, png.kind.width, png.kind.channels)
        if quick is not None:
            return BinaryPicture(*quick, locked=png.locked)
    values, notice, locked = _displayed(png)
    covered, soft = covered_pixels(values)
    return BinaryPicture(0, covered, notice=notice or soft, locked=png.locked or locked)


def covered_pixels(values: Plane) -> tuple[Binary, str | None]:
    """Where an (H, W) picture counts as covered, and a notice when it has soft edges."""
    top = int(values.max()) if values.size else 0
    present = np.flatnonzero(np.bincount(values.ravel(), minlength=256))
    if len(present) <= 2 and (len(present) < 2 or present[0] == 0):
        return values != 0, None
    return values > top // 2, f"it has {len(present)} values, not two; above {top // 2} counts as covered"


def read_samples(png: Png) -> Samples:
    """The stored samples (H, W, C): palette indexes, 0/1 of one bit, or 8-bit channels. Not for locked kinds.

    Raises DamagedFileError when the pixel data are not whole. The array may be read-only.
    """
    kind, raw = png.kind, png.raw()
    if kind.depth == 8 and not kind.interlaced:
        rows = np.frombuffer(raw, np.uint8).reshape(kind.height, -1)
        # Palette files are hardly ever filtered: their rows are the indexes.
        if not rows[:, 0].any():
            return rows[:, 1:].reshape(kind.height, kind.width, kind.channels)
    with _pillow(png) as image:
        samples = np.asarray(image)
    if png.kind.depth == 1:
        samples = (samples != 0).astype(np.uint8)
    return samples.reshape(png.kind.height, png.kind.width, png.kind.channels)


def palette_of(png: Png) -> Plane:
    """(N, 3) uint8 colours of a palette file; black beyond those it has."""
    colours = np.zeros((256, 3), np.uint8)
    stored = np.frombuffer(png.chunk(b"PLTE") or b"", np.uint8).reshape(-1, 3)
    colours[: len(stored)] = stored
    return colours


def brightness(png: Png, samples: Samples) -> Plane:
    """(H, W): what a reader sees of each pixel's samples, by its strongest colour channel, alpha left aside."""
    if png.kind.colour_type == PALETTE:
        seen: Plane = palette_of(png).max(axis=1)[samples[..., 0]]
        return seen
    if png.kind.depth == 1:
        return samples[..., 0] * np.uint8(255)
    colours = samples[..., :-1] if png.kind.colour_type in (GREY_ALPHA, RGBA) else samples
    strongest: Plane = colours.max(axis=2)
    return strongest


def _displayed(png: Png) -> tuple[Plane, str | None, str | None]:
    """Values (H, W), a notice and a reason against rewriting, by way of Pillow."""
    if png.kind.depth in (2, 4, 16):
        with _pillow(png) as image:
            if png.kind.colour_type != PALETTE:
                image = image.convert("I").point(lambda v: v / 257) if image.mode.startswith("I;16") else image
            return np.asarray(image.convert("L")), f"it is {png.kind}", None
    samples = read_samples(png)
    values = brightness(png, samples)
    if png.kind.colour_type in (GREY_ALPHA, RGBA) and samples[..., -1].min() != samples[..., -1].max():
        return values, None, "its transparency varies: it is unclear whether colour or alpha is the mask"
    colours = samples[..., :3]
    if colours.shape[2] == 3 and not (np.array_equal(colours[..., 0], values) and _agree(colours)):
        return values, "its colour channels differ; readers that look at one of them see another mask", None
    return values, None, None


def _agree(colours: Samples) -> bool:
    first = colours[..., 0]
    return np.array_equal(first, colours[..., 1]) and np.array_equal(first, colours[..., 2])


def _pillow(png: Png) -> Image.Image:
    from PIL import Image  # seldom needed, and its import takes as long as a whole sample

    pieces = [SIGNATURE]
    for name, start, end in png.chunks:
        if name in (b"IHDR", b"PLTE", b"IDAT", b"IEND"):
            pieces.append(png.data[start - 8 : end + 4])
    try:
        image = Image.open(io.BytesIO(b"".join(pieces)), formats=("PNG",))
        image.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise DamagedFileError(f"its pixels cannot be decoded ({error})") from None
    return image


def _quick_binary(raw: bytes, height: int, width: int, channels: int) -> tuple[int, Binary, int] | None:
    """Decode an 8-bit picture of two values with equal channels; None when it is anything else."""
    stride = 1 + width * channels
    rows = np.frombuffer(raw, np.uint8).reshape(height, stride)
    filters = rows[:, 0]
    if filters.max() > 4:
        raise DamagedFileError("its rows name filters that do not exist")
    strongest = rows[:, 1:].max(axis=1)
    used = np.flatnonzero(strongest)
    if not len(used):
        return 0, np.zeros((0, width), np.bool_), 255
    top, last = int(used[0]), int(used[-1])
    # Below the last written row a row repeats the one above only if its filter says so.
    bottom = last + 1
    while bottom < height and filters[bottom] in (2, 4):
        bottom += 1
    if bottom < height and (filters[bottom:] == 3).any():
        return None
    body = rows[top:bottom, 1:]
    if channels == 3:
        if not _channels_agree(body):
            return None
        pixels = np.ndarray((bottom - top, width, 3), np.uint8, raw, top * stride + 1, (stride, 3, 1))
        plane = cv2.extractChannel(pixels, 0).astype(np.uint8, copy=False)
    else:
        plane = body.copy()
    if not _unfilter(plane, filters[top:bottom], strongest[top:bottom]):
        return None
    value = int(plane.max())
    covered = plane != 0
    if np.count_nonzero(covered) != np.count_nonzero(plane == value):
        return None
    return top, covered, value


def _channels_agree(body: Plane) -> bool:
    """Whether R, G and B are equal in (rows, 3·W) filtered bytes, and so after unfiltering: filters go by channel."""
    steps = np.flatnonzero(body[:, 1:] != body[:, :-1])
    # Neighbouring bytes may differ only from one pixel's blue to the next pixel's red.
    return bool((steps % (body.shape[1] - 1) % 3 == 2).all())


def _unfilter(plane: Plane, filters: Plane, strongest: Plane) -> bool:
    """Undo the row filters of one channel in place; False for a picture that needs the Average filter.

    Paeth rows are undone for two-valued pictures only: there the predictor is "above, where it differs from above
    left, else left", which is a running sum that starts anew at such places. The caller's check that the result has
    two values proves row by row that the shortcut was allowed.
    """
    if not filters.any():
        return True
    if (filters == 3).any():
        return False
    sub = np.flatnonzero((filters == 1) & (strongest != 0))
    if len(sub):
        plane[sub] = np.add.accumulate(plane[sub], axis=1, dtype=np.uint8)
    for row in np.flatnonzero(filters & 6).tolist():
        if row == 0:
            if filters[0] == 4:
                plane[0] = np.add.accumulate(plane[0], dtype=np.uint8)
        elif not strongest[row]:
            plane[row] = plane[row - 1]
        elif filters[row] == 2:
            np.add(plane[row], plane[row - 1], out=plane[row])
        else:
            plane[row] = _paeth_of_two_values(plane[row], plane[row - 1])
    return True


def _paeth_of_two_values(filtered: Plane, above: Plane) -> Plane:
    total = np.add.accumulate(filtered, dtype=np.uint8)
    turns = above.copy()
    turns[1:] -= above[:-1]
    starts = turns.nonzero()[0]
    if len(starts):
        lift = above[starts] - total[starts] + filtered[starts]
        ends = np.empty_like(starts)
        ends[:-1], ends[-1] = starts[1:], len(total)
        total[starts[0] :] += lift.repeat(ends - starts)
    return total
