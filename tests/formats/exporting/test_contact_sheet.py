"""Contact sheets: every sample on a page, nothing that a stranger's text could do, sensible sizes."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.faces.classes import CLASS_BY_NAME
from app.faces.errors import ExportError
from app.faces.sample import Modality
from app.formats.exporting.contact_sheet import ContactSheetFormat, ContactSheetOptions
from app.formats.exporting.sheet_page import PageStyle, drawn_page
from app.formats.registry import open_store
from tests.formats.drawn import NATIVE, jpeg
from tests.formats.exporting.run import Exported, export

MARGIN, HEADING = 36, 36 + 24 + 18


def written(root: Path, folder: Path, ids: Any = None, splits: Any = None, **options: Any) -> Exported:
    chosen = ContactSheetOptions(**options)
    return export(ContactSheetFormat(), open_store(root), ids, chosen, folder, splits=splits)


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def test_a_page_shows_photo_and_overlay_of_each_sample(native: Path, tmp_path: Path) -> None:
    exported = written(native, tmp_path / "out", thumbnail=64, columns=2, rows=2)
    assert list(exported.contents) == ["contact-sheet.png"]
    page = pixels(exported.contents["contact-sheet.png"])
    assert exported.left_out == ()
    photo = open_store(native).read_photo("0").value
    assert np.array_equal(page[HEADING : HEADING + 64, MARGIN : MARGIN + 64], photo)
    overlay = page[HEADING : HEADING + 64, MARGIN + 68 : MARGIN + 132].astype(int)
    # The corner has no class, the middle of the nose is half the nose's colour, half the photo.
    assert np.array_equal(overlay[0, 0], photo[0, 0])
    nose = (np.array(CLASS_BY_NAME["nose"].colour) + photo[28, 28]) / 2
    assert np.abs(overlay[28, 28] - nose).max() <= 2


def test_more_samples_than_a_page_holds_make_more_pages(native: Path, tmp_path: Path) -> None:
    contents = written(native, tmp_path / "out", columns=1, rows=2, thumbnail=32).contents
    assert list(contents) == ["contact-sheet-1.png", "contact-sheet-2.png"]
    assert pixels(contents["contact-sheet-1.png"]).shape == pixels(contents["contact-sheet-2.png"]).shape


def test_a_pdf_has_all_pages(native: Path, tmp_path: Path) -> None:
    contents = written(native, tmp_path / "out", pages="pdf", columns=1, rows=1, thumbnail=32).contents
    assert list(contents) == ["contact-sheet.pdf"]
    pdf = contents["contact-sheet.pdf"]
    assert pdf.startswith(b"%PDF-")
    assert re.findall(rb"/Count (\d+)", pdf)[-1] == b"3"
    assert pdf.count(b"/DCTDecode") == 3


def test_splits_have_pages_of_their_own(native: Path, tmp_path: Path) -> None:
    contents = written(native, tmp_path / "out", splits={"0": "train", "17": "train", "2001": "val"}).contents
    assert list(contents) == ["contact-sheet-1.png", "contact-sheet-2.png"]


def test_panels_are_those_asked_for_and_included(native: Path, tmp_path: Path) -> None:
    exported = written(
        native, tmp_path / "out", ["17"], panels=("mask",), captions=False, thumbnail=64, columns=1, rows=1
    )
    page = pixels(exported.contents["contact-sheet.png"])
    assert page[HEADING + 4, MARGIN + 4].tolist() == list(CLASS_BY_NAME["hair"].colour)
    assert page[HEADING + 63, MARGIN + 63].tolist() == [0, 0, 0]
    with pytest.raises(ExportError, match="there is neither a picture nor a caption to show"):
        written(native, tmp_path / "no", include=frozenset({Modality.POSE}))


def test_an_overlay_without_its_photo_lies_on_black(native: Path, tmp_path: Path) -> None:
    mask = frozenset({Modality.MASK})
    exported = written(native, tmp_path / "out", ["17"], include=mask, thumbnail=64, columns=1, rows=1)
    page = pixels(exported.contents["contact-sheet.png"])
    assert page[HEADING + 63, MARGIN + 63].tolist() == [0, 0, 0]
    assert page[HEADING + 4, MARGIN + 4].tolist() == [0, 0, 102]


def test_what_a_sample_lacks_is_an_empty_place_and_what_is_damaged_is_told(tree: Any, tmp_path: Path) -> None:
    root = tree(NATIVE, {"CelebA-HQ-img/3.jpg": jpeg(), "CelebA-HQ-img/4.jpg": b"<html>"})
    exported = written(root, tmp_path / "out", ["3", "4"], thumbnail=64)
    page = pixels(exported.contents["contact-sheet.png"])
    assert page[HEADING, MARGIN + 68].tolist() == [233, 231, 226]
    assert [(gone.sample, gone.modality) for gone in exported.left_out] == [("4", Modality.PHOTO)]


def test_captions_and_names_are_text_that_fits(tree: Any, multi_modal: Path, tmp_path: Path) -> None:
    nasty = "<b>" + "word " * 400 + "\x1b[31m"
    root = tree({"text/celeba-caption/17.txt": nasty.encode()})
    exported = written(root, tmp_path / "out", ["17"], columns=1, rows=1, thumbnail=64, title="\x00" + "title " * 500)
    page = pixels(exported.contents["contact-sheet.png"])
    assert (page[:, -30:] == 255).all()
    assert (page[HEADING + 68 + 17 : -36, MARGIN:-MARGIN] != 255).any()


def test_a_page_too_large_is_refused(native: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"a page would have \d+×\d+ pixels; choose fewer rows"):
        written(native, tmp_path / "out", columns=50, rows=50, thumbnail=1024)


def test_a_page_without_samples_is_still_a_page() -> None:
    style = PageStyle(title="none", columns=2, rows=1, thumbnail=32, panels=1, has_captions=False)
    assert drawn_page(style, "", ()).size == style.size


def test_pages_of_captions_alone_are_possible(multi_modal: Path, tmp_path: Path) -> None:
    exported = written(multi_modal, tmp_path / "out", panels=(), thumbnail=256)
    assert (pixels(exported.contents["contact-sheet.png"]) < 200).any()
