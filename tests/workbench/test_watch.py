"""What other programs do to an open dataset is noticed, and nothing is told that they did not do."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.faces.store import SampleStore
from app.formats import open_store
from app.workbench import watch
from app.workbench.watch import EVERYTHING, DatasetWatch, WatchedChange
from tests.workbench.face_folder import face_folder, mask_path, write_mask, write_photo


class Told:
    """What a watch has told, and waiting for it."""

    def __init__(self) -> None:
        self.changes: list[WatchedChange] = []
        self._arrived = threading.Condition()

    def __call__(self, change: WatchedChange) -> None:
        with self._arrived:
            self.changes.append(change)
            self._arrived.notify_all()

    def until(self, condition: Callable[[list[WatchedChange]], object]) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: condition(self.changes), 15), self.changes

    @property
    def samples(self) -> set[str]:
        return {sample for change in self.changes for sample in change.samples}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return face_folder(tmp_path / "faces", 6)


@pytest.fixture
def store(folder: Path) -> SampleStore:
    return open_store(folder)


@pytest.fixture
def told(store: SampleStore) -> Iterator[Told]:
    listener = Told()
    watching = DatasetWatch(store, listener)
    assert watching.ready.wait(10)
    yield listener
    watching.close()


def test_a_file_edited_in_place_names_its_sample(folder: Path, told: Told) -> None:
    write_mask(folder, 3, "hair", width=30)
    told.until(lambda changes: changes)
    assert told.changes == [WatchedChange(samples=("3",))]  # type: ignore[arg-type]


def test_a_file_replaced_by_renaming_names_its_sample(folder: Path, told: Told) -> None:
    target = mask_path(folder, 2, "skin")
    beside = target.with_name(".new.tmp")
    beside.write_bytes(target.read_bytes() + b" ")
    beside.replace(target)
    told.until(lambda _: "2" in told.samples)
    assert told.samples == {"2"}
    assert not any(change.tables_changed or change.too_many for change in told.changes)


def test_new_and_removed_files_change_the_listing(folder: Path, told: Told) -> None:
    (folder / "CelebAMask-HQ-mask-anno/0/00004_hat.png").write_bytes(mask_path(folder, 4, "skin").read_bytes())
    told.until(lambda changes: any(change.listing_changed for change in changes))
    assert told.samples == {"4"}
    told.changes.clear()
    (folder / "CelebA-HQ-img/1.jpg").unlink()
    told.until(lambda changes: any(change.listing_changed for change in changes))
    assert told.samples == {"1"}
    told.changes.clear()
    write_photo(folder, 77)
    told.until(lambda changes: any(change.listing_changed for change in changes))
    assert told.samples == set()


def test_a_renamed_photo_is_one_gone_and_one_new(folder: Path, told: Told) -> None:
    (folder / "CelebA-HQ-img/1.jpg").rename(folder / "CelebA-HQ-img/50.jpg")
    told.until(lambda changes: any(change.listing_changed for change in changes))
    assert told.samples == {"1"}


def test_a_changed_table_is_told_as_such(folder: Path, told: Told) -> None:
    table = folder / "CelebAMask-HQ-attribute-anno.txt"
    table.write_text(table.read_text().replace("-1", "1", 1))
    told.until(lambda changes: changes)
    assert told.changes == [WatchedChange(tables_changed=True)]


def test_a_changed_table_of_numbers_in_celeba_is_told_as_such(tmp_path: Path) -> None:
    folder = face_folder(tmp_path / "faces", 2)
    table = folder / "CelebA-HQ-to-CelebA-mapping.txt"
    table.write_text("idx orig_idx orig_file\n0 41 000042.jpg\n")
    told = Told()
    watching = DatasetWatch(open_store(folder), told)
    try:
        assert watching.ready.wait(10)
        table.write_text("idx orig_idx orig_file\n0 42 000043.jpg\n")
        told.until(lambda changes: changes)
    finally:
        watching.close()
    assert told.changes == [WatchedChange(tables_changed=True)]


def test_our_own_folder_and_passing_files_are_not_told(folder: Path, told: Told) -> None:
    for number in range(20):
        (folder / ".facewright/objects").mkdir(parents=True, exist_ok=True)
        (folder / f".facewright/objects/{number}").write_bytes(b"x")
        passing = folder / f"CelebA-HQ-img/.passing{number}"
        passing.write_bytes(b"x")
        passing.unlink()
    write_mask(folder, 3, "hair", width=30)
    told.until(lambda changes: "3" in told.samples)
    assert told.samples == {"3"}
    assert not any(change.listing_changed or change.tables_changed for change in told.changes)


def test_a_burst_of_thousands_is_told_in_a_few_words(folder: Path, told: Told) -> None:
    for number in range(4000):
        (folder / f"CelebA-HQ-img/{1000 + number}.jpg").write_bytes(b"x")
    told.until(lambda changes: any(change.listing_changed for change in changes))
    time.sleep(1.5)
    assert len(told.changes) <= 12
    assert sum(len(change.samples) for change in told.changes) == 0


def test_more_than_can_be_told_is_everything(store: SampleStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "MANY", 2)
    watching = DatasetWatch(store, lambda _: None)
    watching.close()
    paths = [str(store.root / f"CelebA-HQ-img/{number}.jpg") for number in range(3)]
    assert watching._seen(paths) == EVERYTHING
    assert watching._seen(paths[:2]).samples == ("0", "1")


def test_a_folder_deleted_and_made_again_is_watched_again(folder: Path, told: Told, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    shutil.rmtree(folder)
    told.until(lambda changes: EVERYTHING in changes)
    told.changes.clear()
    (tmp_path / "copy").rename(folder)
    told.until(lambda changes: EVERYTHING in changes)
    told.changes.clear()
    deadline = time.monotonic() + 10
    width = 0
    while "3" not in told.samples and time.monotonic() < deadline:
        width += 1
        write_mask(folder, 3, "hair", width=width)
        time.sleep(0.3)
    assert "3" in told.samples


def test_a_removed_subfolder_changes_the_listing(folder: Path, told: Told) -> None:
    (folder / "text").rename(folder / "old text")
    told.until(lambda changes: any(change.listing_changed for change in changes))


@pytest.mark.parametrize("reason", ["network", "refused"])
def test_without_watches_folder_times_are_looked_at(
    folder: Path, store: SampleStore, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Iterator[object]:
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr(watch, "_LOOK_S", 0.05)
    if reason == "network":
        monkeypatch.setattr(watch, "_remote_kind", lambda _: "nfs4")
    else:
        monkeypatch.setattr(watch.watchfiles, "watch", refuse)
    listener = Told()
    watching = DatasetWatch(store, listener)
    assert watching.ready.wait(10)
    assert watching.notice is not None
    assert ("nfs4" if reason == "network" else "watch limit reached") in watching.notice
    write_photo(folder, 99)
    listener.until(lambda changes: any(change.listing_changed for change in changes))
    table = folder / "CelebAMask-HQ-attribute-anno.txt"
    table.write_text(table.read_text() + "\n")
    listener.until(lambda changes: any(change.tables_changed for change in changes))
    watching.close()


def test_network_disks_are_known_by_their_mounts(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        "40 22 0:50 / /mnt/my\\040share rw - nfs4 server:/x rw\n"
        "41 40 8:2 / /mnt/my\\040share/local rw - ext4 /dev/sdb1 rw\n"
        "42 22 0:51 / /home/me/remote rw - fuse.sshfs me@host: rw\n"
        "43 22 8:3 / /media/usb rw - fuseblk /dev/sdc1 rw\n"
    )
    kinds = {
        "/mnt/my share/faces": "nfs4",
        "/mnt/my share": "nfs4",
        "/mnt/my shared": None,
        "/mnt/my share/local/faces": None,
        "/home/me/remote/a": "fuse.sshfs",
        "/media/usb/faces": None,
        "/data": None,
    }
    assert {path: watch._remote_kind(Path(path), mounts) for path in kinds} == kinds
    assert watch._remote_kind(Path("/data"), tmp_path / "missing") is None


def test_closing_ends_the_thread(store: SampleStore) -> None:
    watching = DatasetWatch(store, lambda _: None)
    watching.close()
    assert not watching._thread.is_alive()


def test_a_folder_that_came_later_is_watched_once_the_store_knows_it(
    folder: Path, store: SampleStore, told: Told
) -> None:
    sample = store.sample_ids[0]
    (folder / "captions").mkdir()
    told.until(lambda changes: any(change.listing_changed for change in changes))
    (folder / "captions" / f"{sample}.txt").write_text("She smiles.")
    store.adopt(store.rescanned())
    assert "captions" in store.folders
    told.changes.clear()
    told.until(lambda changes: any(change.listing_changed for change in changes))
    (folder / "captions" / f"{sample}.txt").write_text("She laughs.")
    told.until(lambda changes: any(sample in change.samples for change in changes))


def test_a_folder_put_in_place_of_another_is_watched(folder: Path, store: SampleStore, told: Told) -> None:
    photo = store.photo_path(store.sample_ids[0])
    shutil.copytree(photo.parent, folder / "copy")
    photo.parent.rename(folder / "old")
    (folder / "copy").rename(photo.parent)
    told.until(lambda changes: any(change.listing_changed and change.too_many for change in changes))
    time.sleep(2.5)  # the watch looks at its folders every second
    told.changes.clear()
    write_photo(folder, 0)
    told.until(lambda changes: any(store.sample_ids[0] in change.samples for change in changes))


def test_an_archive_written_anew_changes_the_listing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_LOOK_S", 0.05)
    archive = Path(shutil.make_archive(str(folder), "zip", folder))
    listener = Told()
    watching = DatasetWatch(open_store(archive), listener)
    assert watching.ready.wait(10)
    assert watching.notice is None
    archive.write_bytes(archive.read_bytes())
    listener.until(lambda changes: any(change.listing_changed for change in changes))
    watching.close()
