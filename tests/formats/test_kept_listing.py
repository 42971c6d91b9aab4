"""A dataset opened with what was listed before is the dataset one finds by listing it, or it is listed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.faces.captions import Captions
from app.faces.classes import SCHEME_BY_NAME
from app.faces.errors import FaceDataError, LayoutError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore, ValueChange
from app.formats import BUILT_IN, looked, open_store, registry
from app.formats.format import ReopeningFormat
from tests.formats.conftest import Apply, Tree
from tests.formats.drawn import CAPTIONS, MULTI_MODAL, NATIVE, jpeg, rgb, square

MAGIC = b"facewright listing 1\n"
X = b"x"
ODD = {
    "CelebA-HQ-img/017.jpg": X, "CelebA-HQ-img/17.png": X, "CelebA-HQ-img/Thumbs.db": X, "CelebA-HQ-img2/5.jpg": X,
    "images/images/9.JPG": X, "image/a photo.jpg": X, "image/.hidden.jpg": X, "image/my_face.jpeg": X,
    "image/\u00fcber.jpg": X, "image/00042.jpg": X, "sketch/17_edges.jpg": X, "sketch/0.jpg": X,
    "CelebAMask-HQ-mask-anno/0/17_hat.png": X, "CelebAMask-HQ-mask-anno/0/00017_Nose.png": X,
    "CelebAMask-HQ-mask-anno/0/00017_background.png": X, "CelebAMask-HQ-mask-anno/14/29999_hat.png": X,
    "CelebAMask-HQ-mask-anno/0/notes": X, "mask/my_face_l_eye.png": X, "mask/42_skin.png": X, "label/00000.png": X,
    "text/17.txt": CAPTIONS, "captions/5.txt": CAPTIONS, "captions.pickle": X,
    "val/filenames.pickle": b"\x80\x02](X\x01\x00\x00\x005e.", "train/filenames.pickle": b"cos\nsystem\n.",
    "backup/CelebA-HQ-img/99.jpg": X, "backup/text/99.txt": CAPTIONS,
    "we\\ird/image/3.jpg": X, "two\nlines/captions/3.txt": CAPTIONS,
}  # fmt: skip
WHOLE = NATIVE | MULTI_MODAL | ODD


@pytest.fixture(autouse=True)
def _any_age(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders made a moment ago are believed."""
    monkeypatch.setattr(looked, "TICK_NS", -(10**18))


def told(store: SampleStore) -> list[object]:
    """All that names tell."""
    samples = [*store.sample_ids, SampleId("29999"), SampleId("nobody")]
    return [
        store.root, store.layout, store.scheme.name, list(store.sample_ids), dict(store.splits), list(store.problems),
        sorted(store.folders), store.paint_order, [store.read_only(m) for m in Modality],
        [(s in store, store.class_bits(s), store.split_of(s), store.celeba_file(s)) for s in samples],
        [(store.has(s, m), store.files(s, m)) for s in samples for m in Modality],
        [store.photo_path(s) for s in store.sample_ids],
        [store.read_mask(s).stamps.keys() for s in store.sample_ids],
        [store.read_captions(s).stamps.keys() for s in store.sample_ids],
    ]  # fmt: skip


def is_taken_over(store: SampleStore) -> bool:
    return store._now.listed.kept is not None  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def write(root: Path, paths: set[str]) -> Path:
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for path in sorted(paths):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(WHOLE[path])
    return root


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths=st.sets(st.sampled_from(sorted(WHOLE)), min_size=1), layout=st.sampled_from([None, *BUILT_IN]))
def test_any_tree_opens_as_if_it_were_listed(scratch: Path, paths: set[str], layout: object) -> None:
    root = write(scratch / "data", paths)
    name = layout.name if layout else None  # type: ignore[attr-defined]
    try:
        listed = open_store(root, name)
    except LayoutError:
        return
    kept = listed.listing()
    if not any(isinstance(known, ReopeningFormat) for known in BUILT_IN if known.name == listed.layout):
        return  # such a layout is listed anew each time
    store = open_store(root, name, listing=kept)
    # Only a folder whose name could be two paths, or has two lines, is listed anew each time.
    assert is_taken_over(store) or any("\\" in path or "\n" in path for path in paths)
    assert told(store) == told(listed)
    assert store.listing() == kept


def test_taking_over_lists_no_folder_of_files(native: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = open_store(native).listing()
    whole = os.listdir
    listed: list[str] = []
    monkeypatch.setattr(os, "listdir", lambda path: listed.append(path) or whole(path))
    store = open_store(native, listing=kept)
    assert store.class_bits(SampleId("17")) == 1 | 8 | 4096
    assert not [path for path in listed if str(path).startswith(str(native))]


def test_a_listing_serves_any_scheme_but_only_its_own_layout(multi_modal: Path) -> None:
    kept = open_store(multi_modal).listing()
    store = open_store(multi_modal, scheme="farl", listing=kept)
    assert (is_taken_over(store), store.scheme) == (True, SCHEME_BY_NAME["farl"])
    assert not is_taken_over(open_store(multi_modal, "celebamask-hq", listing=kept))


CHANGES = {
    "a photo more": lambda root: (root / "CelebA-HQ-img/18.jpg").write_bytes(jpeg()),
    "a photo less": lambda root: (root / "CelebA-HQ-img/0.jpg").unlink(),
    "a photo renamed": lambda root: (root / "CelebA-HQ-img/0.jpg").rename(root / "CelebA-HQ-img/5.jpg"),
    "a mask more": lambda root: (root / "CelebAMask-HQ-mask-anno/1/02001_hat.png").write_bytes(rgb(square(1, 1))),
    "a folder of masks more": lambda root: (root / "CelebAMask-HQ-mask-anno/2").mkdir(),
    "a tree more": lambda root: (root / "captions").mkdir(),
    "a table less": lambda root: (root / "CelebA-HQ-to-CelebA-mapping.txt").unlink(),
    "split lists": lambda root: (root / "train").mkdir(),
    "a folder put in place of another": lambda root: replaced(root / "CelebA-HQ-img"),
    "a time set back": lambda root: with_time_kept(root / "CelebA-HQ-img"),
}


def replaced(folder: Path) -> None:
    times = folder.stat()
    folder.rename(folder.parent / "older")
    shutil.copytree(folder.parent / "older", folder)
    os.utime(folder, ns=(times.st_atime_ns, times.st_mtime_ns))


def with_time_kept(folder: Path) -> None:
    times = folder.stat()
    (folder / "18.jpg").write_bytes(jpeg())
    os.utime(folder, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_folder_is_listed_anew(native: Path, change: str) -> None:
    kept = open_store(native).listing()
    assert is_taken_over(open_store(native, listing=kept))
    CHANGES[change](native)
    store = open_store(native, listing=kept)
    assert not is_taken_over(store)
    assert told(store) == told(open_store(native))


def test_an_edited_split_list_is_read_anew(multi_modal: Path) -> None:
    kept = open_store(multi_modal).listing()
    (multi_modal / "train/filenames.pickle").write_bytes(b"\x80\x02]X\x01\x00\x00\x000a.")
    store = open_store(multi_modal, listing=kept)
    assert (is_taken_over(store), dict(store.splits)["train"]) == (False, ["0"])


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_link_that_leads_to_a_folder_by_now_is_seen(native: Path) -> None:
    (native / "captions").symlink_to(native / "CelebA-HQ-img" / "deep" / "captions")
    (native / "CelebA-HQ-img" / "deep").mkdir()
    kept = open_store(native).listing()
    assert is_taken_over(open_store(native, listing=kept))
    (native / "CelebA-HQ-img" / "deep" / "captions").mkdir()
    assert not is_taken_over(open_store(native, listing=kept))


def test_folders_that_changed_a_moment_ago_are_not_vouched_for(native: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looked, "TICK_NS", 3_000_000_000)
    assert open_store(native).listing() == b""


@pytest.fixture(scope="module")
def small(scratch: Path) -> tuple[Path, bytes]:
    before, looked.TICK_NS = looked.TICK_NS, -(10**18)
    root = write(scratch / "small", {*NATIVE, "sketch/17_edges.jpg", "captions/5.txt", "CelebA-HQ-img2/5.jpg"})
    kept = open_store(root).listing()
    looked.TICK_NS = before
    return root, kept


def test_any_cut_listing_is_ignored(small: tuple[Path, bytes]) -> None:
    root, kept = small
    for end in range(0, len(kept), 7):
        assert not is_taken_over(open_store(root, "mm-celeba-hq", listing=kept[:end]))
    assert not is_taken_over(open_store(root, "mm-celeba-hq", listing=kept + b"\0"))
    assert is_taken_over(open_store(root, "mm-celeba-hq", listing=kept))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_flipped_bit_makes_it_ignored(small: tuple[Path, bytes], data: st.DataObject) -> None:
    root, kept = small
    at = data.draw(st.integers(0, len(kept) * 8 - 1))
    flipped = bytearray(kept)
    flipped[at // 8] ^= 1 << at % 8
    assert not is_taken_over(open_store(root, "mm-celeba-hq", listing=bytes(flipped)))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_forged_listing_leads_nowhere_else(small: tuple[Path, bytes], data: st.DataObject) -> None:
    """With a digest that fits: it may say wrong things of files, but names none outside and breaks nothing."""
    root, kept = small
    body = bytearray(kept[len(MAGIC) + 32 :])
    for _ in range(data.draw(st.integers(1, 3))):
        # The names, behind the header, as often as the header.
        names = 4 + int.from_bytes(kept[len(MAGIC) + 32 :][:4], "little")
        at = data.draw(st.integers(0, names - 1) | st.integers(min(names, len(body) - 1), len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from([b"/", b"../", b"\n", b"\0", b".", b"\xff", b"\\", b"9", b"[]", b"null", b"-", b"\n..\n"])
        )
    forged = MAGIC + hashlib.sha256(body).digest() + bytes(body)
    store = open_store(root, "mm-celeba-hq", listing=forged)
    with contextlib.suppress(FaceDataError):
        told(store)
    for sample in store.sample_ids:
        for modality in Modality:
            for path in store.files(sample, modality):
                assert ".." not in Path(path).parts
                assert not Path(path).is_absolute()


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (b"17_edges.jpg", b"../../../jpg"),
        (b"17_edges.jpg", b"a\\..\\..\\jpg"),
        (b"CelebA-HQ-img2/5.jpg", b"../../../../../5.jpg"),
        (b"CelebA-HQ-img2/5.jpg", b"/lebA-HQ-img2//5.jpg"),
        (b'"folders": ["CelebA-HQ-img",', b'"folders": ["../../../../..",'),
        (b'"class_folders": ["CelebAMask-HQ-mask-anno/0",', b'"class_folders": ["CelebAMask-HQ-mask-anno/..",'),
        (b"\n2001", b"\n/etc"),
        (b"\n2001", b"\n..\n."),
        (b'"suffix": "jpg"', b'"suffix": "/.."'),
    ],
)
def test_a_listing_with_a_path_that_could_lead_out_is_ignored(
    small: tuple[Path, bytes], true: bytes, false: bytes
) -> None:
    root, kept = small
    body = kept[len(MAGIC) + 32 :]
    assert true in body
    forged = body.replace(true, false).ljust(len(body), b"\0")
    store = open_store(root, "mm-celeba-hq", listing=MAGIC + hashlib.sha256(forged).digest() + forged)
    assert not is_taken_over(store)


def test_a_listing_is_what_was_listed_not_what_was_saved_since(multi_modal: Path, apply_plan: Apply) -> None:
    store = open_store(multi_modal)
    sample = store.sample_ids[0]
    stamps = store.read_captions(sample).stamps
    store.saved(store.plan_save(sample, [ValueChange(Modality.CAPTIONS, None, Captions.from_texts(["Two."]), stamps)]))
    assert store.listing() != b""
    (multi_modal / "text/celeba-caption/0.txt").unlink()
    store = open_store(multi_modal)
    plan = store.plan_save(sample, [ValueChange(Modality.CAPTIONS, None, Captions.from_texts(["New."]), {})])
    apply_plan(multi_modal, plan)
    store.saved(plan)
    assert store.listing() == b""
    assert store.rescanned().listing() != b""


def test_saves_that_a_rescan_missed_are_not_forgotten(multi_modal: Path, apply_plan: Apply) -> None:
    store = open_store(multi_modal)
    sample = store.sample_ids[0]
    (multi_modal / "text/celeba-caption/0.txt").unlink()
    fresh = store.rescanned()
    plan = store.plan_save(
        sample,
        [ValueChange(Modality.CAPTIONS, None, Captions.from_texts(["New."]), store.read_captions(sample).stamps)],
    )
    apply_plan(multi_modal, plan)
    store.saved(plan)
    assert not fresh.has(sample, Modality.CAPTIONS)
    store.adopt(fresh)
    assert store.files(sample, Modality.CAPTIONS) == ("text/celeba-caption/0.txt",)


def test_what_was_added_and_removed_is_there_once_it_is_adopted(native: Path) -> None:
    store = open_store(native)
    (native / "CelebA-HQ-img/18.jpg").write_bytes(jpeg())
    (native / "CelebA-HQ-img/0.jpg").unlink()
    fresh = store.rescanned()
    assert list(store.sample_ids) == ["0", "17", "2001"]
    store.adopt(fresh)
    assert list(store.sample_ids) == ["17", "18", "2001"]
    assert store.read_photo(SampleId("18")).value is not None
    shutil.rmtree(native)
    with pytest.raises(LayoutError, match="no folder"):
        store.rescanned()


def test_the_files_of_each_modality_are_named(tree: Tree) -> None:
    store = open_store(tree(NATIVE, {"sketch/17.png": b"x", "text/17.txt": CAPTIONS}))
    sample = SampleId("17")
    assert {m: store.files(sample, m) for m in Modality} == {
        Modality.PHOTO: ("CelebA-HQ-img/17.jpg",),
        Modality.MASK: tuple(f"CelebAMask-HQ-mask-anno/0/00017_{name}.png" for name in ("skin", "l_eye", "hair")),
        Modality.SKETCH: ("sketch/17.png",),
        Modality.CAPTIONS: ("text/17.txt",),
        Modality.ATTRIBUTES: ("CelebAMask-HQ-attribute-anno.txt",),
        Modality.POSE: ("CelebAMask-HQ-pose-anno.txt",),
    }
    assert set(store.folders) >= {"", "CelebA-HQ-img", "CelebAMask-HQ-mask-anno/1", "sketch", "text"}


def test_a_plug_in_without_listings_is_opened_and_one_of_an_older_program_named(
    native: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Plain:
        name, title = "mine", "Mine"

        def open(self, folder: Path, scheme: object) -> object:
            return open_store(folder, "celebamask-hq")

    whole = registry.all_formats()
    monkeypatch.setattr(registry, "all_formats", lambda: (*whole, Plain()))
    assert open_store(native, "mine", listing=b"kept").layout == "celebamask-hq"
    monkeypatch.setattr(Plain, "open", lambda *_: object())
    with pytest.raises(LayoutError, match="older than this program: the store lacks files, folders, tables"):
        open_store(native, "mine")
