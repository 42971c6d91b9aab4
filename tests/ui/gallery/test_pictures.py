"""One thumbnail: what it shows, in which proportions, and what it says where there is nothing to show."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage

from app.catalog.mask_cache import MaskCache
from app.catalog.stamps import stamp_of
from app.catalog.thumbnails import ThumbnailPack
from app.faces.classes import CLASS_BY_NAME, bits_of
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats import open_store
from app.imaging.overlay import OverlayStyle
from app.imaging.thumbnails import photo_thumbnail
from app.ui.gallery.pictures import Kind, Look, Source, drawn_area
from tests.formats.drawn import jpeg, png
from tests.tiny_dataset import EVERYTHING, write

PHOTO, SKETCH = Look(Kind.PHOTO, 32), Look(Kind.SKETCH, 32)
MASK = Look(Kind.MASK, 32, OverlayStyle(opacity=1.0))
BOTH = Look(Kind.BOTH, 32, OverlayStyle(opacity=1.0))
S17 = SampleId("17")
GREEN = np.full((40, 20, 3), (0, 200, 0), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Photo 17 is green and twice as high as wide; 2001 is cut; 0 is fine."""
    files = EVERYTHING | {"CelebA-HQ-img/17.jpg": png(GREEN), "CelebA-HQ-img/2001.jpg": jpeg()[:150]}
    return write(tmp_path / "dataset", files)


@pytest.fixture
def store(folder: Path) -> SampleStore:
    return open_store(folder)


@pytest.fixture
def pack(tmp_path: Path) -> Iterator[ThumbnailPack]:
    made = ThumbnailPack(tmp_path / "pack.sqlite")
    yield made
    made.close()


@pytest.fixture
def masks(tmp_path: Path) -> Iterator[MaskCache]:
    made = MaskCache(tmp_path / "masks.sqlite")
    yield made
    made.close()


def colour(image: QImage | None, x: int, y: int) -> tuple[int, int, int]:
    assert image is not None
    found = QColor(image.pixel(x, y))
    return found.red(), found.green(), found.blue()


def is_near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(one, other, strict=True))


def test_a_photo_fits_into_the_side_in_its_own_proportions(store: SampleStore) -> None:
    made = Source(store).thumbnail(S17, PHOTO)
    assert made.image is not None
    assert made.image.size() == QSize(16, 32)
    assert is_near(colour(made.image, 8, 16), (0, 200, 0))


@pytest.mark.parametrize("side", [24, 128, 200, 256, 512])
def test_a_small_photo_is_enlarged_to_the_side(store: SampleStore, side: int) -> None:
    made = Source(store).thumbnail(S17, Look(Kind.PHOTO, side))
    assert made.image is not None
    assert made.image.height() == side


def test_a_damaged_photo_is_told_and_named(store: SampleStore) -> None:
    made = Source(store).thumbnail(SampleId("2001"), PHOTO)
    assert made.image is None
    assert "2001.jpg" in made.problem


@pytest.mark.parametrize("look", [SKETCH, MASK])
def test_what_a_sample_lacks_is_no_problem(folder: Path, look: Look) -> None:
    (folder / "CelebAMask-HQ-mask-anno/1/02001_skin.png").unlink()
    made = Source(open_store(folder)).thumbnail(SampleId("2001"), look)
    assert (made.image, made.problem) == (None, "")


def test_a_file_that_went_meanwhile_is_told(store: SampleStore, folder: Path) -> None:
    (folder / "CelebA-HQ-img/17.jpg").unlink()
    made = Source(store).thumbnail(S17, PHOTO)
    assert made.image is None
    assert made.problem


def test_the_pack_is_used_while_its_stamp_holds(store: SampleStore, folder: Path, pack: ThumbnailPack) -> None:
    files = store.files(S17, Modality.PHOTO)
    red = photo_thumbnail(png(np.full((32, 32, 3), (200, 0, 0), np.uint8)), 128)
    stamp = stamp_of(folder, files)
    assert stamp is not None
    pack.put(S17, "photo", 128, stamp, red)
    source = Source(store, pack)
    assert is_near(colour(source.thumbnail(S17, PHOTO).image, 8, 8), (200, 0, 0))
    (folder / files[0]).write_bytes(png(GREEN[:30]))
    assert is_near(colour(source.thumbnail(S17, PHOTO).image, 8, 8), (0, 200, 0))


@pytest.mark.parametrize(("look", "kind"), [(SKETCH, "sketch"), (Look(Kind.PHOTO, 200), "photo")])
def test_what_indexing_does_not_keep_is_kept_when_it_is_looked_at(
    store: SampleStore, folder: Path, pack: ThumbnailPack, look: Look, kind: Literal["photo", "sketch"]
) -> None:
    files = store.files(S17, Modality.SKETCH if look is SKETCH else Modality.PHOTO)
    os.utime(folder / files[0], (1_000_000_000, 1_000_000_000))
    made = Source(store, pack).thumbnail(S17, look)
    stamp = stamp_of(folder, files)
    assert stamp is not None
    assert pack.get(S17, kind, 128 if look is SKETCH else 256, stamp)
    again = Source(store, pack).thumbnail(S17, look)
    assert again.image == made.image


@pytest.mark.parametrize("kept", [b"", b"no picture", b"\xff\xd8\xff"])
def test_a_useless_entry_of_the_pack_is_passed_over(
    store: SampleStore, folder: Path, pack: ThumbnailPack, kept: bytes
) -> None:
    stamp = stamp_of(folder, store.files(S17, Modality.PHOTO))
    assert stamp is not None
    pack.put(S17, "photo", 128, stamp, kept)
    assert is_near(colour(Source(store, pack).thumbnail(S17, PHOTO).image, 8, 8), (0, 200, 0))


def test_a_mask_alone_has_its_colours_and_nothing_where_no_class_is(store: SampleStore) -> None:
    made = Source(store).thumbnail(S17, MASK).image
    assert made is not None
    assert made.size() == QSize(32, 32)
    assert colour(made, 10, 20) == CLASS_BY_NAME["skin"].colour
    assert made.pixelColor(0, 31).alpha() == 0
    assert made.pixelColor(31, 31).alpha() == 0


def test_a_mask_lies_over_its_photo(store: SampleStore) -> None:
    made = Source(store).thumbnail(S17, BOTH).image
    assert made is not None
    assert made.size() == QSize(16, 32)
    assert is_near(colour(made, 5, 18), CLASS_BY_NAME["skin"].colour)
    assert is_near(colour(made, 0, 31), (0, 200, 0))


def test_hidden_classes_and_no_overlay_show_the_photo(store: SampleStore) -> None:
    hidden = Look(Kind.BOTH, 32, OverlayStyle(opacity=1.0, visible=0))
    for look in (hidden, Look(Kind.BOTH, 32)):
        assert is_near(colour(Source(store).thumbnail(S17, look).image, 5, 18), (0, 200, 0))


def test_outlines_leave_the_inside_free(store: SampleStore) -> None:
    look = Look(Kind.BOTH, 32, None, OverlayStyle(opacity=1.0))
    made = Source(store).thumbnail(S17, look).image
    assert is_near(colour(made, 5, 18), (0, 200, 0))
    columns = [colour(made, x, 18) for x in range(16)]
    assert any(is_near(found, CLASS_BY_NAME["skin"].colour) for found in columns)


def test_the_live_mask_is_shown_instead_of_the_file(store: SampleStore) -> None:
    live = np.full((32, 32), bits_of("hair"), np.uint32)
    assert colour(Source(store).thumbnail(S17, MASK, live).image, 0, 0) == CLASS_BY_NAME["hair"].colour


def test_the_mask_cache_is_used_while_its_stamp_holds(store: SampleStore, folder: Path, masks: MaskCache) -> None:
    files = store.files(S17, Modality.MASK)
    stamp = stamp_of(folder, files)
    assert stamp is not None
    masks.put(S17, stamp, MaskLayers(np.full((32, 32), bits_of("hat"), np.uint32)))
    source = Source(store, None, masks)
    assert colour(source.thumbnail(S17, MASK).image, 0, 0) == CLASS_BY_NAME["hat"].colour
    (folder / files[0]).touch()
    (folder / files[0]).write_bytes((folder / files[0]).read_bytes() + b"\0")
    shown = source.thumbnail(S17, MASK).image
    assert shown is not None
    assert shown.pixelColor(31, 31).alpha() == 0


def test_a_damaged_mask_is_told_alone_and_leaves_the_photo(folder: Path) -> None:
    for name in ("skin", "l_eye", "hair"):
        (folder / f"CelebAMask-HQ-mask-anno/0/00017_{name}.png").write_bytes(b"no picture")
    source = Source(open_store(folder))
    over = source.thumbnail(S17, BOTH)
    assert is_near(colour(over.image, 5, 18), (0, 200, 0))
    assert "00017" in over.problem
    alone = source.thumbnail(S17, MASK)
    assert alone.image is None
    assert "00017" in alone.problem


def test_a_damaged_layer_is_told_beside_the_whole_ones(folder: Path) -> None:
    (folder / "CelebAMask-HQ-mask-anno/0/00017_hair.png").write_bytes(b"no picture")
    made = Source(open_store(folder)).thumbnail(S17, MASK)
    assert colour(made.image, 10, 20) == CLASS_BY_NAME["skin"].colour
    assert "hair" in made.problem


def test_a_sketch_is_shown(store: SampleStore) -> None:
    assert Source(store).thumbnail(S17, SKETCH).image is not None


def test_a_wide_picture_lies_in_the_middle_of_its_square() -> None:
    image = QImage(60, 20, QImage.Format.Format_RGB32)
    assert drawn_area(image, QRect(10, 10, 30, 30)) == QRect(10, 20, 30, 10)
