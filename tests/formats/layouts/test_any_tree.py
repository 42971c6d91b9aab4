"""Whatever lies in a folder, each layout of photos and captions either says why not or answers for all of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.faces.errors import LayoutError
from app.faces.sample import Modality
from app.formats import detect, open_store
from app.formats.format import Format
from app.formats.layouts.attngan import AttnGAN
from app.formats.layouts.caption_tables import CaptionTable, CelebADialog
from app.formats.layouts.celeba import CelebA
from app.formats.layouts.cub import Cub
from app.formats.layouts.lafite import Lafite
from app.formats.layouts.photos import Photos
from tests.formats.drawn import CAPTIONS, MULTI_MODAL, NATIVE, jpeg

LAYOUTS: tuple[Format, ...] = (AttnGAN(), CaptionTable(), CelebADialog(), CelebA(), Cub(), Lafite(), Photos())
PIECES = {
    **NATIVE, **MULTI_MODAL,
    "images/a/1.jpg": jpeg(), "images/b/1.jpg": jpeg(), "text/a/1.txt": CAPTIONS, "text/b/2.txt": CAPTIONS,
    "17.jpg": jpeg(), "017.jpg": jpeg(), "17.txt": CAPTIONS, "x y.png": b"", "img_align_celeba/000001.jpg": jpeg(),
    "img_align_celeba/list_eval_partition.txt": b"000001.jpg 0\n",
    "list_attr_celeba.csv": b"image_id,Male\n000001.jpg,1\n",
    "list_attr_celeba.txt": b"<html>", "identity_CelebA.txt": b"000001.jpg x\n1.jpg 5",
    "captions_hq.json": b'{"17.jpg": {"a": "b"}}', "text/captions.json": b'{"0.jpg": [', "text.txt": b"17.jpg : A man",
    "caps.txt": b"000001.jpg\ta|b", "data/caps.txt": b"\xff\xfe1", "train/class_info.pickle": b"\x80\x02.",
}  # fmt: skip


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "data"


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths=st.sets(st.sampled_from(sorted(PIECES)), min_size=1, max_size=12), layout=st.sampled_from(LAYOUTS))
def test_any_tree_is_refused_with_a_reason_or_answers_for_all_of_it(
    scratch: Path, paths: set[str], layout: Format
) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
    for path in paths:
        (scratch / path).parent.mkdir(parents=True, exist_ok=True)
        (scratch / path).write_bytes(PIECES[path])
    found = next(one for one in detect(scratch) if one.layout == layout.name)
    assert found.reasons if found.confidence else found.refusals
    try:
        store = open_store(scratch, layout.name)
    except LayoutError:
        return
    assert list(store.sample_ids)
    for sample in store.sample_ids:
        for modality in Modality:
            files = store.files(sample, modality)
            assert store.has(sample, modality) == bool(files)
            assert all((scratch / path).is_file() for path in files)
        read = (store.read_photo, store.read_captions, store.read_attributes, store.read_sketch, store.read_pose)
        assert all(problem.where for each in read for problem in each(sample).problems)
        assert store.photo_path(sample).is_file()
        assert store.split_of(sample) in (None, *store.splits)
    assert all(problem.message for problem in store.problems)
    assert list(store.rescanned().sample_ids) == list(store.sample_ids)
