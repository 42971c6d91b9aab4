"""A sketch is edited like captions: taken back, logged, saved in its own kind of file, and nothing else is touched."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, JpegImagePlugin
from PIL.PngImagePlugin import PngInfo

from app.document.edits import ReplaceSketch
from app.faces.errors import ReadOnlyError
from app.faces.sample import Modality, SampleId, Sketch
from app.formats.pictures import read_picture
from app.formats.sketch_files import (
    encoded_like,
    first_form,
    redrawn,
    sketch_form,
    sketch_pixels,
    stored,
    why_not_by_hand,
)
from app.workbench.open import open_document
from tests.tiny_dataset import EVERYTHING, contents, write

WITH, WITHOUT = SampleId("17"), SampleId("0")
DRAWN = np.full((64, 64), 254, np.uint8)
DRAWN[20:24, 8:56] = 0


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write(tmp_path / "faces", EVERYTHING)


def encoded(pixels: np.ndarray, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("sample", [WITH, WITHOUT])
def test_an_edit_is_saved_taken_back_and_done_again_in_later_sessions(dataset: Path, sample: SampleId) -> None:
    before = contents(dataset)
    with closing(open_document(dataset)) as document:
        had_one = document.store.has(sample, Modality.SKETCH)
        assert document.read_only(sample, Modality.SKETCH) is None
        sketch = redrawn(document.store, sample, DRAWN, document.sketch(sample))
        document.do(ReplaceSketch(sample, sketch, "Draw sketch"))
        assert document.sketch(sample) == sketch
        document.save()
        document.wait()
    after = contents(dataset)
    path = f"sketch/{sample}.png"
    assert {name: data for name, data in after.items() if before.get(name) != data} == {path: sketch.data}
    with closing(open_document(dataset)) as document:
        assert document.sketch(sample) == sketch
        assert document.undo_label(sample) == "Draw sketch"
        document.undo(sample)
        document.save()
        document.wait()
        assert contents(dataset) == before
        assert document.store.has(sample, Modality.SKETCH) == had_one
        document.redo(sample)
        document.save()
        document.wait()
    assert contents(dataset) == after


def test_an_unsaved_sketch_survives_the_window(dataset: Path) -> None:
    with closing(open_document(dataset)) as document:
        sketch = redrawn(document.store, WITH, DRAWN, document.sketch(WITH))
        document.do(ReplaceSketch(WITH, sketch))
        document.wait()
    with closing(open_document(dataset)) as document:
        assert [offer.sample for offer in document.recovered()] == [WITH]
        document.restore_edits(WITH)
        assert document.sketch(WITH) == sketch


def test_what_another_program_drew_meanwhile_is_taken_as_a_step(dataset: Path) -> None:
    with closing(open_document(dataset)) as document:
        old = document.sketch(WITH)
        document.do(ReplaceSketch(WITH, redrawn(document.store, WITH, DRAWN, old)))
        document.save()
        document.wait()
        theirs = encoded(DRAWN.T.copy(), "PNG")
        (dataset / "sketch/17.png").write_bytes(theirs)
        assert document.reloading.take_outside([WITH]).reloaded == (WITH,)
        assert document.sketch(WITH) == Sketch(theirs)
        document.undo(WITH)
        document.undo(WITH)
        assert document.sketch(WITH) == old


@pytest.mark.parametrize("is_inverted", [False, True], ids=["dark lines", "light lines"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_size_polarity_and_kind_of_file_stay(dataset: Path, kind: str, channels: int, is_inverted: bool) -> None:
    paper = np.full((40, 48) if channels == 1 else (40, 48, 3), 8 if is_inverted else 250, np.uint8)
    there = Sketch(encoded(paper, kind))
    with closing(open_document(dataset)) as document:
        new = redrawn(document.store, WITH, DRAWN, there)
    with Image.open(io.BytesIO(new.data)) as picture:
        assert (picture.format, picture.mode, picture.size) == (kind, "L" if channels == 1 else "RGB", (48, 40))
    assert (np.median(sketch_pixels(new)) > 128) is not is_inverted


@pytest.mark.parametrize("options", [{"quality": 75}, {"quality": 92, "subsampling": 0, "progressive": True}])
@pytest.mark.parametrize("channels", [1, 3])
def test_drawing_on_a_jpeg_leaves_the_blocks_beside_it(channels: int, options: dict[str, int]) -> None:
    lines = cv2.GaussianBlur(np.random.default_rng(1).integers(120, 255, (64, 64), np.uint8), (0, 0), 2)
    there = Sketch(encoded(lines if channels == 1 else cv2.merge([lines] * 3), "JPEG", **options))
    before = sketch_pixels(there)
    pixels = before.copy()
    pixels[:16, :16] = 0
    after = sketch_pixels(encoded_like(pixels, there))
    assert after[:15, :15].mean() < 12
    assert int(np.abs(after[32:].astype(int) - before[32:]).max()) <= 1
    with Image.open(io.BytesIO(encoded_like(pixels, there).data)) as new, Image.open(io.BytesIO(there.data)) as old:
        assert new.quantization == old.quantization
        assert new.info.get("progressive") == old.info.get("progressive")


def test_what_else_a_jpeg_says_stays() -> None:
    grey = np.full((16, 16), 250, np.uint8)
    there = Sketch(encoded(grey, "JPEG", quality=80, dpi=(72, 72), comment=b"by hand"))
    with Image.open(io.BytesIO(encoded_like(grey, there).data)) as new:
        assert (new.info["dpi"], new.info["comment"]) == ((72, 72), b"by hand")


def test_what_else_a_png_says_stays() -> None:
    grey = np.full((16, 16), 250, np.uint8)
    said = PngInfo()
    said.add_text("Author", "somebody")
    there = Sketch(encoded(grey, "PNG", dpi=(72, 72), pnginfo=said))
    for pixels in (grey - 9, np.zeros((32, 32), np.uint8)):
        new = encoded_like(pixels, there)
        assert np.array_equal(sketch_pixels(new), pixels)
    with Image.open(io.BytesIO(encoded_like(grey - 9, there).data)) as picture:
        assert picture.text == {"Author": "somebody"}
        assert round(picture.info["dpi"][0]) == 72


@pytest.mark.parametrize("channels", [1, 3])
def test_new_jpegs_are_as_fine_as_those_that_are_there(dataset: Path, channels: int) -> None:
    paper = np.full((40, 48) if channels == 1 else (40, 48, 3), 250, np.uint8)
    there = encoded(paper, "JPEG", quality=60, subsampling=1, progressive=True)
    (dataset / "sketch/17.png").unlink()
    (dataset / "sketch/17.jpg").write_bytes(there)
    with closing(open_document(dataset)) as document:
        like = first_form(document.store, document.store.sample_ids)
        for sample in (WITH, WITHOUT):
            form = sketch_form(document.store, sample, like)
            new = stored(DRAWN, form).after
            assert new is not None
            with Image.open(io.BytesIO(new)) as picture, Image.open(io.BytesIO(there)) as old:
                assert picture.quantization == old.quantization
                assert JpegImagePlugin.get_sampling(picture) == JpegImagePlugin.get_sampling(old)
                assert picture.mode == old.mode
                assert picture.info.get("progressive") == old.info.get("progressive")


def test_kinds_of_pictures_that_would_lose_something_are_not_drawn_on() -> None:
    grey = np.full((8, 8), 250, np.uint8)
    colour = np.full((8, 8, 3), (250, 120, 20), np.uint8)
    assert why_not_by_hand(Sketch(encoded(grey, "PNG"))) is None
    assert why_not_by_hand(Sketch(encoded(grey, "JPEG"))) is None
    assert "colour" in (why_not_by_hand(Sketch(encoded(colour, "PNG"))) or "")
    out = io.BytesIO()
    Image.fromarray(grey).convert("CMYK").save(out, "JPEG")
    assert "CMYK" in (why_not_by_hand(Sketch(out.getvalue())) or "")
    fine = Sketch(cv2.imencode(".png", grey.astype(np.uint16) * 257)[1].tobytes())
    assert "16-bit" in (why_not_by_hand(fine) or "")
    with pytest.raises(ReadOnlyError, match="16-bit"):
        encoded_like(grey, fine)


def test_where_there_is_no_sketch_folder_nothing_is_drawn(tmp_path: Path) -> None:
    rest = {path: data for path, data in EVERYTHING.items() if not path.startswith("sketch/")}
    with closing(open_document(write(tmp_path / "faces", rest))) as document:
        assert "no sketch folder" in (document.read_only(WITH, Modality.SKETCH) or "")
        with pytest.raises(ReadOnlyError, match="no sketch folder"):
            document.do(ReplaceSketch(WITH, Sketch(encoded(DRAWN, "PNG"))))


def test_a_damaged_sketch_is_drawn_anew_as_the_others_are(dataset: Path) -> None:
    (dataset / "sketch/17.png").write_bytes(b"no picture")
    with closing(open_document(dataset)) as document:
        sketch = redrawn(document.store, WITH, DRAWN, document.sketch(WITH))
        document.do(ReplaceSketch(WITH, sketch))
        document.save()
        document.wait()
    assert read_picture((dataset / "sketch/17.png").read_bytes())[0].shape == (64, 64, 3)
