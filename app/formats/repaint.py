"""Binary mask files with other pixels and nothing else changed.

A reader's test for "covered" depends on the kind of the file and the values in it, so an edit takes over both: the
changed pixels get exactly the samples that the file's other covered (or uncovered) pixels have.
"""

from __future__ import annotations

import numpy as np

from app.faces.errors import InvalidEditError, ReadOnlyError
from app.faces.mask import Binary
from app.formats.png import GREY_ALPHA, PALETTE, RGB, RGBA, Png, PngKind, Samples, new_png, read_png, replaced_pixels
from app.formats.png_pixels import BinaryPicture, brightness, covered_pixels, read_binary, read_samples
from app.imaging.cv import cv2


def repainted(original: bytes, changed: Binary, covered: Binary, sibling: bytes | None = None) -> bytes:
    """A binary mask file with other pixels where ``changed``: they take the values the file uses for "covered" and
    "not covered"; every other pixel keeps its exact samples, and the file its kind and chunks.

    Both arrays are bool (H, W). An all-black file has no value for "covered" yet: it takes that of its ``sibling``,
    another class file of the same kind. Raises DamagedFileError, ReadOnlyError (locked kind), InvalidEditError (size).
    """
    png = read_png(original)
    if (png.kind.height, png.kind.width) != changed.shape:
        raise InvalidEditError(
            f"the file is {png.kind.width}×{png.kind.height}, not {changed.shape[1]}×{changed.shape[0]}"
        )
    if png.locked:
        raise ReadOnlyError(f"the file cannot be rewritten: {png.locked}")
    picture = read_binary(png)
    if picture.value is not None and picture.covered.any():
        return replaced_pixels(png, _plain_samples(png.kind, picture, changed, covered))
    samples = read_samples(png).copy()
    on, off = _values_in_use(png, samples)
    if not picture.covered.any() and sibling is not None and _same_kind(png, like := read_png(sibling)):
        on, _ = _values_in_use(like, read_samples(like))
    samples[changed & covered] = on
    samples[changed & ~covered] = off
    return replaced_pixels(png, samples)


def _same_kind(png: Png, other: Png) -> bool:
    """Whether samples of one mean the same in the other."""
    kinds = ((file.kind.colour_type, file.kind.depth, file.chunk(b"PLTE")) for file in (png, other))
    return len(set(kinds)) == 1


def _plain_samples(kind: PngKind, picture: BinaryPicture, changed: Binary, covered: Binary) -> Samples:
    """The quick way for the released kind: what is not covered is 0, what is covered has the file's one value."""
    plane = np.zeros(changed.shape, np.uint8)
    plane[picture.top : picture.top + len(picture.covered)] = picture.covered
    np.copyto(plane, covered, where=changed)
    plane *= np.uint8(picture.value or 255)
    return plane[..., None] if kind.channels == 1 else cv2.merge([plane] * 3).astype(np.uint8, copy=False)


def _values_in_use(png: Png, samples: Samples) -> tuple[Samples, Samples]:
    """The commonest samples of covered and of uncovered pixels; where the file has none, what its kind means by it."""
    seen = brightness(png, samples)
    was, _ = covered_pixels(seen)
    return _commonest(samples[was], png, bright=True), _commonest(samples[~was], png, bright=False)


def _commonest(pixels: Samples, png: Png, *, bright: bool) -> Samples:
    if len(pixels):
        if (pixels == pixels[0]).all():
            first: Samples = pixels[0]
            return first
        values, counts = np.unique(pixels, axis=0, return_counts=True)
        most: Samples = values[counts.argmax()]
        return most
    return _usual(png, bright=bright)


def _usual(png: Png, *, bright: bool) -> Samples:
    kind = png.kind
    if kind.colour_type == PALETTE:
        colours = len(png.chunk(b"PLTE") or b"") // 3
        ramp = np.arange(min(colours, 2 if kind.depth == 1 else 256), dtype=np.uint8).reshape(-1, 1, 1)
        seen = brightness(png, ramp)[:, 0]
        return np.array([seen.argmax() if bright else seen.argmin()], np.uint8)
    value = (1 if kind.depth == 1 else 255) if bright else 0
    samples = np.full(kind.channels, value, np.uint8)
    if kind.colour_type in (GREY_ALPHA, RGBA):
        samples[-1] = 255
    return samples


def new_binary(covered: Binary, sibling: bytes | None = None) -> bytes:
    """A new class file: of its sibling's kind and values, else 8-bit RGB 0 and 255, the only kind every loader reads.

    (``np.array(Image.open(p).convert('P')) == 225``, the most copied test, is true for RGB white alone.)
    """
    height, width = covered.shape
    png = read_png(sibling) if sibling is not None else None
    if png is None or png.locked:
        return new_png(PngKind(width, height, 8, RGB, interlaced=False), _tripled(covered))
    kind = PngKind(width, height, png.kind.depth, png.kind.colour_type, png.kind.interlaced)
    on, off = _values_in_use(png, read_samples(png))
    samples = np.where(covered[..., None], on, off).astype(np.uint8)
    return new_png(kind, samples, like=png)


def _tripled(covered: Binary) -> Samples:
    return np.repeat(covered[..., None].astype(np.uint8) * np.uint8(255), 3, axis=2)
