"""An index pass knows what the files say, skips what is unchanged, and may be stopped, killed or lied to."""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.catalog.catalog import Catalog
from app.catalog.contents import contents_of
from app.catalog.mask_cache import MaskCache
from app.catalog.places import CatalogPlaces
from app.catalog.query import parse, search
from app.catalog.stamps import stamp_of
from app.catalog.thumbnails import ThumbnailPack
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Modality, SampleId
from app.faces.store import SampleStore
from app.formats import open_store
from app.jobs import Cancelled, Gate
from app.workbench.children import Child
from app.workbench.index import ALL_PARTS, CONTENTS, IndexReport, build_index
from app.workbench.readers import Readers, StoreAddress
from app.workbench.worklist import CHUNK, Worklist, tasks_for
from tests.workbench.face_folder import CLASSES, face_folder, fingerprint, mask_path, settle, write_mask, write_photo

COUNT = 20
EVERYTHING = {"tables": COUNT, "captions": COUNT, "thumbnails": COUNT, "contents": COUNT}
NOTHING = {"captions": 0, "thumbnails": 0, "contents": 0}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return face_folder(tmp_path / "faces", COUNT)


@pytest.fixture
def places(tmp_path: Path) -> CatalogPlaces:
    (tmp_path / "cache").mkdir()
    return CatalogPlaces(tmp_path / "cache")


def index(folder: Path, places: CatalogPlaces, **options: object) -> IndexReport:
    return build_index(open_store(folder), places, **{"workers": 0, **options})  # type: ignore[arg-type]


def assert_knows_the_files(folder: Path, places: CatalogPlaces) -> None:
    """Catalog, masks and thumbnails equal what the files say when they are read now."""
    store = open_store(folder)
    masks, thumbnails = MaskCache(places.masks), ThumbnailPack(places.thumbnails)
    with Catalog.open(places) as catalog:
        columns = catalog.columns
        assert columns.ids == tuple(store.sample_ids)
        assert columns.coverage(CONTENTS) == (len(columns), len(columns))
        for sample in store.sample_ids:
            row = columns.row_of[sample]
            loaded = store.read_mask(sample)
            assert loaded.value is not None
            contents = contents_of(loaded.value, store.paint_order)
            for name in ("areas", "seen", "boxes", "centroids", "size"):
                assert np.array_equal(columns.figure(name)[row], getattr(contents, name), equal_nan=True), name
            captions = store.read_captions(sample).value
            assert captions is not None
            assert catalog.captions_of(sample) == list(captions.texts)
            stamp = stamp_of(store.root, store.files(sample, Modality.MASK))
            assert stamp is not None
            kept = masks.get(sample, stamp)
            assert kept is not None
            assert kept.equals(loaded.value)
            stamp = stamp_of(store.root, store.files(sample, Modality.PHOTO))
            assert stamp is not None
            assert thumbnails.get(sample, "photo", 128, stamp)
    masks.close()
    thumbnails.close()


@pytest.mark.parametrize("workers", [0, 2])
def test_everything_is_known_then_nothing_is_read_again(folder: Path, places: CatalogPlaces, workers: int) -> None:
    report = index(folder, places, workers=workers)
    assert (report.samples, report.read, report.problems) == (COUNT, EVERYTHING, [])
    assert_knows_the_files(folder, places)
    assert index(folder, places, workers=workers).read == NOTHING


def test_nothing_is_written_inside_the_dataset(folder: Path, places: CatalogPlaces) -> None:
    before = fingerprint(folder)
    index(folder, places, workers=1)
    assert fingerprint(folder) == before


def test_a_dataset_that_cannot_be_written_is_indexed(folder: Path, places: CatalogPlaces) -> None:
    parts = [folder, *folder.rglob("*")]
    for path in parts:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o555)
    try:
        assert index(folder, places).read == EVERYTHING
    finally:
        for path in parts:
            path.chmod(0o755)


def test_masks_that_are_index_maps_are_indexed(tmp_path: Path, places: CatalogPlaces) -> None:
    import cv2

    folder = tmp_path / "maps"
    for name in ("image", "label", "text"):
        (folder / name).mkdir(parents=True)
    for number in range(3):
        cv2.imwrite(str(folder / f"image/{number}.jpg"), np.full((64, 64, 3), 90, np.uint8))
        cv2.imwrite(str(folder / f"label/{number}.png"), np.repeat([[1, 13, 0, 2]], 4, 0).astype(np.uint8))
        (folder / f"text/{number}.txt").write_text("a face\n")
    settle(folder)
    report = index(folder, places)
    assert report.read[CONTENTS] == 3
    with Catalog.open(places) as catalog:
        assert catalog.columns.areas[0].tolist() == [4, 4, *[0] * 10, 4, *[0] * 5]
    stamp = stamp_of(folder, ["label/0.png"])
    assert stamp is not None
    cache = MaskCache(places.masks)
    mask = cache.get(SampleId("0"), stamp)
    cache.close()
    assert mask is not None
    assert mask.exclusive


def test_only_what_changed_is_read_again(folder: Path, places: CatalogPlaces) -> None:
    index(folder, places)
    write_mask(folder, 3, "hair", width=30)
    write_photo(folder, 4)
    (folder / "text/celeba-caption/5.txt").write_text("something else\n")
    time.sleep(0.03)
    assert index(folder, places).read == {"captions": 1, "thumbnails": 1, "contents": 1}
    assert_knows_the_files(folder, places)


def test_samples_and_class_files_come_and_go(folder: Path, places: CatalogPlaces) -> None:
    index(folder, places)
    mask_path(folder, 2, "nose").unlink()
    (folder / "CelebA-HQ-img/7.jpg").unlink()
    write_photo(folder, 100)
    write_mask(folder, 100, "skin", width=5)
    (folder / "text/celeba-caption/100.txt").write_text("new\n")
    time.sleep(0.03)
    report = index(folder, places)
    assert (report.names.added, report.names.removed) == (("100",), ("7",))
    assert report.read[CONTENTS] == 2
    assert_knows_the_files(folder, places)


def test_a_changed_table_is_read_again(folder: Path, places: CatalogPlaces) -> None:
    index(folder, places)
    table = folder / "CelebAMask-HQ-attribute-anno.txt"
    table.write_text(table.read_text().replace("0.jpg  -1", "0.jpg  1 "))
    assert index(folder, places).read == {"tables": COUNT, **NOTHING}
    with Catalog.open(places) as catalog:
        assert int(catalog.columns.yes[0]) & 1


def test_the_table_of_numbers_in_celeba_may_come_change_and_go(folder: Path, places: CatalogPlaces) -> None:
    index(folder, places)
    table = folder / "CelebA-HQ-to-CelebA-mapping.txt"

    def found(number: int) -> list[str]:
        with Catalog.open(places) as catalog:
            return list(search(catalog, parse(f"celeba:{number}")).ids)

    for row, number, ids in (("3 41 000042.jpg", 42, ["3"]), ("3 1041 001042.jpg", 1042, ["3"]), ("", 1042, [])):
        if row:
            table.write_text(f"idx orig_idx orig_file\n{row}\n")
        else:
            table.unlink()
        index(folder, places)
        assert found(number) == ids


def test_what_cannot_be_read_is_told_once_and_the_rest_goes_on(folder: Path, places: CatalogPlaces) -> None:
    mask_path(folder, 3, "hair").write_bytes(b"no picture")
    for name in CLASSES:
        mask_path(folder, 6, name).write_bytes(b"no picture")
    (folder / "CelebA-HQ-img/4.jpg").write_bytes(b"\xff\xd8 no photo either")
    settle(folder)
    report = index(folder, places)
    assert report.read == EVERYTHING
    told = {(problem.sample, problem.message.partition(":")[0].rpartition("/")[2]) for problem in report.problems}
    assert ("3", "00003_hair.png") in told
    assert ("4", "4.jpg") in told
    assert ("6", "00006_skin.png") in told
    assert {sample for sample, _ in told} == {"3", "4", "6"}
    again = index(folder, places)
    assert (again.read, again.problems) == (NOTHING, [])
    with Catalog.open(places) as catalog:
        assert catalog.problem_of(SampleId("6")) is not None
        assert catalog.columns.coverage(CONTENTS) == (COUNT, COUNT)
    store = open_store(folder)
    stamp = stamp_of(store.root, store.files(SampleId("3"), Modality.MASK))
    assert stamp is not None
    masks = MaskCache(places.masks)
    assert masks.get(SampleId("3"), stamp) is None  # its problem must be told by whoever shows it
    masks.close()


class _Meddler:
    """A store whose file changes while it is read."""

    def __init__(self, store: SampleStore, folder: Path, times: int) -> None:
        self._store, self._folder, self.times = store, folder, times

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def __contains__(self, sample: object) -> bool:
        return sample in self._store

    def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]:
        loaded = self._store.read_mask(sample)
        if sample == "5" and self.times:
            self.times -= 1
            write_mask(self._folder, 5, "hair", width=25 + self.times)
            os.utime(mask_path(self._folder, 5, "hair"), ns=(10**18, 10**18 + 99 + self.times))
        return loaded


@pytest.mark.parametrize("times", [1, 100])
def test_a_mask_edited_while_it_is_read_is_not_kept_as_it_was(folder: Path, places: CatalogPlaces, times: int) -> None:
    meddler = _Meddler(open_store(folder), folder, times)
    build_index(meddler, places, workers=0)  # type: ignore[arg-type]
    assert index(folder, places).read[CONTENTS] == (0 if times == 1 else 1)
    assert_knows_the_files(folder, places)


class _StopAfter:
    def __init__(self, count: int, part: str) -> None:
        self._count, self._part = count, part

    def report(self, done: int, total: int, note: str = "") -> None:
        if note == self._part and done >= self._count:
            raise Cancelled


@pytest.mark.parametrize("workers", [0, 1])
def test_a_cancelled_pass_leaves_a_valid_catalog_and_the_next_goes_on(
    folder: Path, places: CatalogPlaces, workers: int
) -> None:
    with pytest.raises(Cancelled):
        index(folder, places, workers=workers, progress=_StopAfter(8, CONTENTS))
    with Catalog.open(places) as catalog:
        known, _ = catalog.columns.coverage(CONTENTS)
        assert catalog.notices == []
    assert 8 <= known < COUNT
    report = index(folder, places)
    assert report.read == {"captions": 0, "thumbnails": 0, "contents": COUNT - known}
    assert_knows_the_files(folder, places)


@pytest.mark.parametrize("victim", ["catalog", "masks", "thumbnails"])
def test_a_deleted_or_cut_file_of_the_cache_is_made_again(folder: Path, places: CatalogPlaces, victim: str) -> None:
    for spoil in (lambda file: file.unlink(), lambda file: os.truncate(file, 5000)):
        index(folder, places)
        spoil(getattr(places, victim))
        index(folder, places)
        assert_knows_the_files(folder, places)
        assert index(folder, places).read == NOTHING


def test_rebuilding_reads_everything(folder: Path, places: CatalogPlaces) -> None:
    index(folder, places)
    assert index(folder, places, rebuild=True).read == EVERYTHING


def test_parts_and_samples_can_be_chosen(folder: Path, places: CatalogPlaces) -> None:
    assert index(folder, places, parts=("captions",)).read == {"captions": COUNT}
    two = [SampleId("3"), SampleId("12")]
    assert index(folder, places, parts=(CONTENTS,), samples=two).read == {CONTENTS: 2}
    with Catalog.open(places) as catalog:
        assert catalog.columns.coverage(CONTENTS)[0] == 2


def test_the_first_ones_are_read_first(folder: Path, places: CatalogPlaces) -> None:
    with pytest.raises(Cancelled):
        index(folder, places, first=[SampleId("19"), SampleId("11")], progress=_StopAfter(2, CONTENTS))
    with Catalog.open(places) as catalog:
        assert set(catalog.stamps(CONTENTS)) == {"19", "11"}


def test_a_paused_pass_reads_nothing_until_it_goes_on(folder: Path, places: CatalogPlaces) -> None:
    gate = Gate()
    gate.pause()
    reports: list[IndexReport] = []
    thread = threading.Thread(target=lambda: reports.append(index(folder, places, gate=gate, workers=1)))
    thread.start()
    thread.join(0.3)
    assert thread.is_alive()
    gate.resume()
    thread.join(30)
    assert reports[0].read == EVERYTHING


def test_a_closed_gate_sends_a_waiting_pass_home(folder: Path, places: CatalogPlaces) -> None:
    gate = Gate()
    gate.pause()
    threading.Timer(0.2, gate.cancel).start()
    with pytest.raises(Cancelled):
        index(folder, places, gate=gate)


def test_a_sample_asked_for_again_comes_next_and_its_older_reading_does_not_count() -> None:
    samples = [SampleId(str(number)) for number in range(20)]
    work = Worklist(tasks_for(CONTENTS, samples, {}))
    from app.workbench.reading import Reading

    first = work.take()
    assert [task.sample for task in first] == samples[:CHUNK]
    work.again([SampleId("2")], CONTENTS)
    assert not work.is_current(Reading(first[2]))
    assert work.is_current(Reading(first[3]))
    again = work.take()[0]
    assert again.sample == "2"
    assert work.is_current(Reading(again))
    assert work.total == 21


def crash(channel: object) -> None:
    """A reader that a file kills: the target of a child in the next test."""
    from app.workbench.children import Channel
    from app.workbench.reading import SampleReader

    assert isinstance(channel, Channel)
    address: StoreAddress = channel.receive()
    reader = SampleReader(address.opened())
    channel.send(0)
    while True:
        tasks = channel.receive()
        if any(task.sample == "13" for task in tasks):
            os.abort()
        channel.send([reader.read(task) for task in tasks])


def test_a_file_that_kills_its_reader_costs_one_sample(
    folder: Path, places: CatalogPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.workbench.readers._TARGET", f"{__name__}:crash")
    report = index(folder, places, workers=2, parts=(CONTENTS,))
    assert [problem.sample for problem in report.problems] == ["13"]
    assert "ended the program that read it" in report.problems[0].message
    with Catalog.open(places) as catalog:
        assert catalog.problem_of(SampleId("13")) == report.problems[0].message
        assert catalog.columns.coverage(CONTENTS) == (COUNT, COUNT)
    assert index(folder, places, parts=(CONTENTS,)).read == {CONTENTS: 0}


def test_children_end_with_their_parent(folder: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys, time\n"
        "from app.workbench.children import Child\n"
        "from app.workbench.readers import StoreAddress\n"
        "from app.formats import open_store\n"
        "from pathlib import Path\n"
        "child = Child('app.workbench.readers:serve', nice=19)\n"
        "child.channel.send(StoreAddress.of(open_store(Path(sys.argv[1]))))\n"
        "print(child.channel.receive(), flush=True)\n"
        "time.sleep(60)\n"
    )
    repository = Path(__file__).resolve().parents[2]
    parent = subprocess.Popen([sys.executable, "-c", code, str(folder)], cwd=repository, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.stdout.close()
    assert os.getpriority(os.PRIO_PROCESS, child) == 19
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while _is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_alive(child)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_closing_readers_leaves_no_process(folder: Path) -> None:
    store = open_store(folder)
    readers = Readers(store, 2)
    work = Worklist(tasks_for(CONTENTS, store.sample_ids, {}))
    readings: list[Sequence[object]] = [found for found in readers.read(work, Gate()) if found]
    assert sum(map(len, readings)) == COUNT
    children = [child.pid for child in readers._children]
    assert children
    readers.close()
    assert not any(map(_is_alive, children))


def test_a_child_does_not_import_its_parents_program() -> None:
    child = Child("tests.workbench.test_index:tell_main")
    assert child.channel.receive() == "-c"
    child.end(5)


def tell_main(channel: object) -> None:
    """What ``__main__`` is in a child."""
    import sys

    from app.workbench.children import Channel

    assert isinstance(channel, Channel)
    channel.send(sys.argv[0])


def test_all_parts_are_named() -> None:
    assert ALL_PARTS == ("tables", "captions", "thumbnails", "contents")
