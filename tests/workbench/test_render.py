"""The side-by-side picture: what is on it, exactly, and that it is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.faces.classes import CLASS_BY_NAME
from app.faces.errors import SampleNotFoundError, SaveError
from app.faces.mask import MaskLayers
from app.faces.palettes import SAFE
from app.faces.sample import SampleId
from app.faces.store import SampleStore
from app.formats import open_store
from app.imaging.overlay import OverlayStyle
from app.workbench.render import PANEL_PX, RenderOptions, overlay_picture, render_sample, write_png
from tests.formats.drawn import square
from tests.tiny_dataset import EVERYTHING, write

SKIN = CLASS_BY_NAME["skin"].colour


@pytest.fixture
def store(tmp_path: Path) -> SampleStore:
    return open_store(write(tmp_path / "faces", EVERYTHING))


def test_an_opaque_overlay_has_the_class_colours_and_leaves_the_rest_alone() -> None:
    photo = np.full((1024, 1024, 3), 90, np.uint8)
    mask = MaskLayers.from_binaries({"skin": square(8, 8, 16)})
    picture = overlay_picture(photo, mask, OverlayStyle(opacity=1.0))
    assert picture.shape == (PANEL_PX, PANEL_PX, 3)
    covered = np.zeros((PANEL_PX, PANEL_PX), np.bool_)
    covered[128:384, 128:384] = True
    assert np.array_equal((picture == SKIN).all(axis=-1), covered)
    assert (picture[~covered] == 90).all()


def test_half_opacity_is_half_way_between_photo_and_class() -> None:
    photo = np.full((64, 64, 3), 100, np.uint8)
    mask = MaskLayers.from_binaries({"skin": np.ones((64, 64), np.bool_)})
    picture = overlay_picture(photo, mask, OverlayStyle(opacity=0.5))
    assert np.abs(picture.astype(int) - (np.array(SKIN) + 100) // 2).max() <= 1


def test_the_safe_palette_and_the_paint_order_count() -> None:
    mask = MaskLayers.from_binaries({"skin": square(0, 0, 32), "hair": square(0, 0, 32)})
    skin_over_hair = (13, *(class_id for class_id in range(1, 19) if class_id != 13))
    on_top = OverlayStyle(opacity=1.0, palette=SAFE, paint_order=skin_over_hair)
    assert (overlay_picture(None, mask, on_top) == CLASS_BY_NAME["skin"].safe_colour).all()


@pytest.mark.parametrize(
    ("panels", "width"),
    [
        (("photo", "overlay", "sketch", "captions"), 3 * PANEL_PX + 2 * 20 + 2 * 28),
        (("photo", "sketch"), 2 * PANEL_PX + 20 + 2 * 28),
        (("photo",), PANEL_PX + 2 * 28),
        (("captions",), 2 * PANEL_PX + 20 + 2 * 28),
    ],
)
def test_the_sheet_is_as_wide_as_its_panels(panels: tuple[str, ...], width: int, store: SampleStore) -> None:
    assert render_sample(store, SampleId("17"), RenderOptions(panels)).width == width


def test_panels_stand_in_the_order_asked_for(store: SampleStore) -> None:
    one, other = (
        np.asarray(render_sample(store, SampleId("17"), RenderOptions(panels)))
        for panels in (("photo", "sketch"), ("sketch", "photo"))
    )
    step = PANEL_PX + 20
    top = one.shape[0] - PANEL_PX - 40
    assert np.array_equal(one[top:-60, 28 : 28 + PANEL_PX], other[top:-60, 28 + step : 28 + step + PANEL_PX])


def test_a_sample_that_lacks_things_is_still_drawn(store: SampleStore) -> None:
    assert render_sample(store, SampleId("2001")).width == 1632


def test_hostile_captions_are_drawn_as_text(store: SampleStore) -> None:
    (store.root / "text/celeba-caption/17.txt").write_bytes("\n".join(["\x1b[2J\u202e" + "w" * 3000] * 10).encode())
    assert render_sample(store, SampleId("17")).width == 1632


def test_an_unknown_sample_is_refused(store: SampleStore) -> None:
    with pytest.raises(SampleNotFoundError):
        render_sample(store, SampleId("4711"))


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "o.png"
    output.write_bytes(b"before")
    picture = Image.new("RGB", (4, 4))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(picture, "save", full)
    with pytest.raises(SaveError, match="No space left"):
        write_png(picture, output)
    assert output.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["o.png"]
