"""Going to a sample by its number: the dataset's own, CelebA's or CelebA-HQ's."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.formats import open_store
from app.ui.search.goto import sample_meant
from tests.formats.drawn import NATIVE, jpeg

MAPPING = NATIVE["CelebA-HQ-to-CelebA-mapping.txt"]


def written(root: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


@pytest.mark.parametrize(
    ("typed", "sample"),
    [("42", "42"), ("000042", "42"), ("000042.jpg", "42"), ("celeba:42", "42"), ("hq:17", "42"), ("HQ:00017", "42"),
     ("17", None), ("hq:42", None), ("hq:", None)],
)  # fmt: skip
def test_in_the_original_celeba_both_numberings_lead_to_a_photo(tmp_path: Path, typed: str, sample: str | None) -> None:
    files = {"img_align_celeba/000042.jpg": jpeg(), "CelebA-HQ-to-CelebA-mapping.txt": MAPPING}
    assert sample_meant(typed, open_store(written(tmp_path, files)), None) == sample


@pytest.mark.parametrize(
    ("typed", "sample"), [("17", "17"), ("hq:17", "17"), ("hq:00017", "17"), ("celeba:42", "17"), ("000042.jpg", "17")]
)
def test_in_celeba_hq_too(tmp_path: Path, typed: str, sample: str) -> None:
    assert sample_meant(typed, open_store(written(tmp_path, NATIVE)), None) == sample
