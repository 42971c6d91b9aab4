"""Thumbnails of 128 and 256 pixels from photos of 1024², against Pillow's plain resize of the same bytes.

Decoding to a thumbnail, encoding it, and the pack's part of it. Photos are those licensed samples that are so large,
else drawn ones.
"""

from __future__ import annotations

import io
import itertools
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from timing import interleave, print_claim, print_table, ratio  # noqa: E402

from app.catalog.thumbnails import ThumbnailPack  # noqa: E402
from app.faces.sample import SampleId  # noqa: E402
from app.imaging.thumbnails import photo_thumbnail  # noqa: E402
from app.workbench.demo import demo_people, draw_sample  # noqa: E402

SIDE = 1024
ROUNDS = 41


def photos() -> list[bytes]:
    """Some JPEG files of 1024²."""
    real = REPOSITORY.parent / "shared" / "data" / "CelebAMask-HQ" / "CelebA-HQ-img"
    found = [file.read_bytes() for file in sorted(real.glob("*.jpg"))]
    large = [data for data in found if Image.open(io.BytesIO(data)).size == (SIDE, SIDE)]
    if large:
        return large
    people = demo_people(4, 0)
    drawn = [Image.fromarray(draw_sample(people, number, 0).photo).resize((SIDE, SIDE)) for number in range(4)]
    grain = np.random.default_rng(0).integers(-9, 9, (SIDE, SIDE, 1))
    return [jpeg(Image.fromarray(np.clip(np.asarray(each) + grain, 0, 255).astype(np.uint8)), 75) for each in drawn]


def jpeg(image: Image.Image, quality: int) -> bytes:
    """The image as a file."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def main() -> None:
    """Print a table per size."""
    files = itertools.cycle(photos())
    with tempfile.TemporaryDirectory() as folder:
        pack = ThumbnailPack(Path(folder) / "thumbnails.sqlite")
        numbers = itertools.count()
        for side in (128, 256):

            def by_pillow(side: int = side) -> None:
                jpeg(Image.open(io.BytesIO(next(files))).convert("RGB").resize((side, side)), 85)

            def ours(side: int = side) -> bytes:
                return photo_thumbnail(next(files), side)

            kept = ours()

            def keep(side: int = side, kept: bytes = kept) -> None:
                pack.put(SampleId(str(next(numbers))), "photo", side, b"stamp", kept)

            names = "Pillow: decode, resize, encode", "a thumbnail", "kept in the pack, one at a time"
            taken = interleave(dict(zip(names, (by_pillow, ours, keep), strict=True)), rounds=ROUNDS)
            print_table(f"{side} px", taken, names[0])
            times = 1 / ratio(taken, names[1], names[0], clock="cpu")
            if side == 128:
                print_claim("thumbnails of 128 px, times as many as by Pillow", times, 8, at_least=True)
        pack.close()


if __name__ == "__main__":
    main()
