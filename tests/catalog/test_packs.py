"""A pack is a cache: it may be cut, deleted or shared at any time and never answers with another blob."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from app.catalog.mask_cache import MaskCache, kept_mask
from app.catalog.packs import Pack
from app.catalog.stamps import settled_stamp, stamp_of
from app.catalog.thumbnails import ThumbnailPack
from app.faces.mask import MaskLayers
from app.faces.sample import SampleId
from app.imaging.set_index import IndexedMask

REPOSITORY = Path(__file__).resolve().parents[2]
LARGE = 1 << 30


def noise(seed: int, size: int = 5000) -> bytes:
    return random.Random(seed).randbytes(size)


def test_a_blob_is_there_for_its_stamp_only(tmp_path: Path) -> None:
    pack = Pack(tmp_path / "new" / "pack.sqlite", LARGE)
    pack.put("17", b"one", b"content")
    assert pack.get("17", b"one") == b"content"
    assert pack.get("17", b"two") is None
    assert pack.get("18", b"one") is None
    pack.put("17", b"two", b"newer")
    assert pack.get("17", b"one") is None
    assert pack.get("17", b"two") == b"newer"
    assert pack.stamps() == {"17": b"two"}


def test_names_that_are_no_text_are_keys_too(tmp_path: Path) -> None:
    pack = Pack(tmp_path / "pack.sqlite", LARGE)
    pack.put("a\udce9", b"s", b"content")
    assert pack.get("a\udce9", b"s") == b"content"
    assert pack.stamps() == {"a\udce9": b"s"}


def test_a_pack_is_bounded_and_drops_the_oldest(tmp_path: Path) -> None:
    pack = Pack(tmp_path / "pack.sqlite", 1_000_000)
    for number in range(400):
        pack.put(str(number), b"s", noise(number))
    assert pack.get("399", b"s") == noise(399)
    assert pack.get("0", b"s") is None
    assert pack.is_full
    kept = sorted(map(int, pack.stamps()))
    assert kept == list(range(kept[0], 400))
    assert 100 < len(kept) < 200
    assert (tmp_path / "pack.sqlite").stat().st_size < 1_200_000


def test_a_deleted_pack_is_empty_again_while_it_is_open(tmp_path: Path) -> None:
    file = tmp_path / "pack.sqlite"
    pack = Pack(file, LARGE)
    pack.put("1", b"s", b"content")
    for path in tmp_path.iterdir():
        path.unlink()
    assert pack.get("1", b"s") is None
    pack.put("1", b"s", b"again")
    assert pack.get("1", b"s") == b"again"
    assert Pack(file, LARGE).get("1", b"s") == b"again"


@pytest.mark.parametrize("open_meanwhile", [True, False])
def test_a_pack_cut_anywhere_is_made_anew(tmp_path: Path, open_meanwhile: bool) -> None:
    rng = random.Random(4)
    for round_ in range(25):
        file = tmp_path / f"{round_}.sqlite"
        pack = Pack(file, LARGE)
        pack.put_all((str(n), b"s", noise(n)) for n in range(40))
        if not open_meanwhile:
            pack.close()
        os.truncate(file, rng.randrange(file.stat().st_size))
        for number in range(40):
            assert pack.get(str(number), b"s") in (None, noise(number))
        pack.put("new", b"s", b"content")
        pack.put("new", b"s", b"content")
        assert pack.get("new", b"s") == b"content"
        pack.close()


def test_overwritten_bytes_never_come_out_as_a_blob(tmp_path: Path) -> None:
    rng = random.Random(5)
    for round_ in range(25):
        file = tmp_path / f"{round_}.sqlite"
        pack = Pack(file, LARGE)
        pack.put_all((str(n), b"s", noise(n)) for n in range(40))
        pack.close()
        data = bytearray(file.read_bytes())
        for _ in range(40):
            data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        file.write_bytes(data)
        for number in range(40):
            assert pack.get(str(number), b"s") in (None, noise(number))
        pack.close()


def test_a_foreign_file_in_its_place_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "pack.sqlite"
    file.write_bytes(b"SQLite format 3\0 but not really" * 200)
    pack = Pack(file, LARGE)
    assert pack.get("1", b"s") is None
    pack.put("1", b"s", b"content")
    assert pack.get("1", b"s") == b"content"


def test_a_place_that_cannot_be_written_keeps_nothing_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    pack = Pack(tmp_path / "file" / "pack.sqlite", LARGE)
    pack.put("1", b"s", b"content")
    assert pack.get("1", b"s") is None
    assert pack.stamps() == {}
    assert not pack.is_full


_WRITER = """
import sys
from pathlib import Path
from app.catalog.packs import Pack
pack = Pack(Path(sys.argv[1]), 1 << 30)
for number in range(60):
    pack.put_all((f"{sys.argv[2]} {number} {n}", b"s", b"x" * 3000) for n in range(8))
    assert pack.get(f"{sys.argv[2]} {number} 7", b"s") == b"x" * 3000
"""


def test_processes_and_threads_share_a_pack_without_waiting_for_ever_or_losing_anything(tmp_path: Path) -> None:
    file = tmp_path / "pack.sqlite"
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(file), name], cwd=REPOSITORY, stderr=subprocess.PIPE)
        for name in ("a", "b")
    ]
    pack = Pack(file, LARGE)
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            pack.get("a 1 1", b"s")

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(100):
        pack.put(f"c {number}", b"s", b"y")
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert writer.returncode == 0, errors.decode()
    stop.set()
    for reader in readers:
        reader.join()
    assert len(pack.stamps()) == 2 * 60 * 8 + 100


def test_the_mask_cache_gives_back_the_mask(tmp_path: Path) -> None:
    cache = MaskCache(tmp_path / "masks.sqlite")
    bits = np.kron(np.array([[1, 3], [7, 1 << 17]], np.uint32), np.ones((8, 8), np.uint32))
    for sample, exclusive in ((SampleId("1"), False), (SampleId("2"), True)):
        cache.put(sample, b"s", MaskLayers(bits, exclusive))
        mask = cache.get(sample, b"s")
        assert mask is not None
        assert np.array_equal(mask.bits, bits)
        assert mask.bits.flags.writeable
        assert mask.exclusive is exclusive
    shown = cache.get_indexed(SampleId("1"), b"s")
    assert shown is not None
    assert np.array_equal(shown.sets[shown.index], bits)
    assert cache.get(SampleId("1"), b"other") is None


def test_a_mask_that_is_not_to_be_kept_is_remembered_as_looked_at(tmp_path: Path) -> None:
    cache = MaskCache(tmp_path / "masks.sqlite")
    cache.put_all([(SampleId("1"), b"s", kept_mask(None)), (SampleId("2"), b"s", b"nonsense")])
    assert cache.get(SampleId("1"), b"s") is None
    assert cache.get(SampleId("2"), b"s") is None
    assert cache.stamps() == {"1": b"s", "2": b"s"}


def test_an_indexed_mask_is_the_mask() -> None:
    mask = MaskLayers(np.array([[0, 5], [5, 9]], np.uint32), exclusive=True)
    again = IndexedMask.of(mask).layers()
    assert again.equals(mask)
    assert again.exclusive


def test_thumbnails_are_told_apart_by_kind_and_side(tmp_path: Path) -> None:
    pack = ThumbnailPack(tmp_path / "thumbnails.sqlite")
    sample = SampleId("1")
    pack.put(sample, "photo", 128, b"s", b"small")
    pack.put(sample, "photo", 256, b"s", b"large")
    pack.put(sample, "sketch", 128, b"s", b"")
    assert pack.get(sample, "photo", 128, b"s") == b"small"
    assert pack.get(sample, "photo", 256, b"s") == b"large"
    assert pack.get(sample, "sketch", 128, b"s") is None
    assert pack.stamps("photo", 128) == {"1": b"s"}
    assert pack.stamps("sketch", 128) == {"1": b"s"}
    assert pack.stamps("sketch", 256) == {}


def test_a_stamp_changes_with_names_sizes_and_times(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(b"12")
        os.utime(tmp_path / name, ns=(10**18, 10**18))
    first = stamp_of(tmp_path, ["a", "b"])
    assert first is not None
    assert len(first) == 16
    assert stamp_of(tmp_path, ["a", "b"]) == settled_stamp(tmp_path, ["a", "b"]) == first
    assert stamp_of(tmp_path, ["a"]) not in (None, first)
    assert stamp_of(tmp_path, []) not in (None, first)
    assert stamp_of(tmp_path, ["a", "missing"]) is None
    os.utime(tmp_path / "a", ns=(10**18, 10**18 + 1))
    second = stamp_of(tmp_path, ["a", "b"])
    assert second != first
    (tmp_path / "a").write_bytes(b"1")
    os.utime(tmp_path / "a", ns=(10**18, 10**18 + 1))
    assert stamp_of(tmp_path, ["a", "b"]) not in (None, first, second)


def test_a_file_changed_a_moment_ago_is_not_settled(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12")
    os.utime(tmp_path / "a")
    assert settled_stamp(tmp_path, ["a"]) is None
