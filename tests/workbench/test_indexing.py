"""Indexing beside the window: paused, cancelled, killed, asked again; the catalog is right in the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.catalog.catalog import Catalog
from app.catalog.places import CatalogPlaces
from app.faces.sample import SampleId
from app.formats import open_store
from app.workbench.index import CONTENTS, build_index
from app.workbench.indexing import BackgroundIndexing, IndexProgress, IndexState
from tests.workbench.face_folder import face_folder, fingerprint, write_mask

COUNT = 90


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return face_folder(tmp_path_factory.mktemp("many") / "faces", COUNT)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    return face_folder(tmp_path / "faces", 12)


@pytest.fixture
def places(tmp_path: Path) -> CatalogPlaces:
    (tmp_path / "cache").mkdir()
    return CatalogPlaces(tmp_path / "cache")


@pytest.fixture
def indexing() -> Iterator[Callable[..., BackgroundIndexing]]:
    made: list[BackgroundIndexing] = []

    def make(folder: Path, places: CatalogPlaces, **options: object) -> BackgroundIndexing:
        made.append(BackgroundIndexing(open_store(folder), places, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.close()


Make = Callable[..., BackgroundIndexing]


def known(places: CatalogPlaces) -> int:
    with Catalog.open(places) as catalog:
        assert catalog.notices == []
        return catalog.columns.coverage(CONTENTS)[0]


def until(condition: Callable[[], bool], timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("in_process", [True, False])
def test_everything_is_known_in_the_end(many: Path, places: CatalogPlaces, indexing: Make, in_process: bool) -> None:
    before = fingerprint(many)
    seen: list[IndexProgress] = []
    background = indexing(many, places, in_process=in_process, on_progress=seen.append)
    assert background.progress == IndexProgress()
    background.start(first=[SampleId("40")])
    assert background.wait(60)
    progress = background.progress
    assert (progress.state, progress.part, progress.done, progress.total) == (IndexState.DONE, CONTENTS, COUNT, COUNT)
    assert {p.part for p in seen if p.part} == {"tables", "captions", "thumbnails", "contents"}
    assert known(places) == COUNT
    assert fingerprint(many) == before


def test_a_few_samples_are_read_by_a_thread(few: Path, places: CatalogPlaces, indexing: Make) -> None:
    background = indexing(few, places)
    background.start()
    assert background._child is None
    assert background.wait(30)
    assert background.progress.state is IndexState.DONE
    with Catalog.open(places) as window:
        areas = int(window.columns.areas[5].sum())
        write_mask(few, 5, "hair", width=30)
        background.again([SampleId("5")])
        assert background.wait(30)
        assert window.pull()
        assert int(window.columns.areas[5].sum()) != areas


def test_a_paused_pass_stops_at_once_and_goes_on(many: Path, places: CatalogPlaces, indexing: Make) -> None:
    background = indexing(many, places, in_process=False)
    background.start()
    until(lambda: background._child is not None)
    background.pause()
    assert background.progress.state is IndexState.PAUSED
    time.sleep(0.5)
    before = background.progress.done
    time.sleep(0.5)
    assert background.progress.done == before
    assert not background.wait(0)
    background.resume()
    assert background.wait(60)
    assert background.progress.state is IndexState.DONE
    assert known(places) == COUNT


@pytest.mark.parametrize("in_process", [True, False])
def test_a_cancelled_pass_goes_on_where_it_was(
    many: Path, places: CatalogPlaces, indexing: Make, in_process: bool
) -> None:
    reached = threading.Event()

    def look(progress: IndexProgress) -> None:
        if progress.part == CONTENTS:
            reached.set()

    background = indexing(many, places, in_process=in_process, on_progress=look)
    background.start()
    assert reached.wait(60)
    background.cancel()
    began = time.monotonic()
    assert background.wait(10)
    assert time.monotonic() - began < 3
    assert background.progress.state is IndexState.CANCELLED
    done = known(places)
    background.start()
    assert background.wait(60)
    assert background.progress.state is IndexState.DONE
    assert known(places) == COUNT >= done


def test_starting_right_after_cancelling_starts(many: Path, places: CatalogPlaces, indexing: Make) -> None:
    background = indexing(many, places, in_process=False)
    background.start()
    background.cancel()
    background.start()
    assert background.wait(60)
    assert background.progress.state is IndexState.DONE
    assert known(places) == COUNT


def test_a_killed_process_is_told_and_the_next_start_goes_on(many: Path, places: CatalogPlaces, indexing: Make) -> None:
    background = indexing(many, places, in_process=False)
    background.pause()
    background.start()
    until(lambda: background._child is not None)
    child = background._child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)
    assert background.wait(30)
    assert background.progress.state is IndexState.FAILED
    assert "start indexing again" in background.progress.message
    background.resume()
    background.start()
    assert background.wait(60)
    assert (background.progress.state, background.progress.message) == (IndexState.DONE, "")
    assert known(places) == COUNT


def test_a_folder_that_is_gone_fails_with_a_sentence(few: Path, places: CatalogPlaces, indexing: Make) -> None:
    import shutil

    background = indexing(few, places, in_process=False)
    shutil.rmtree(few)
    background.start()
    assert background.wait(30)
    assert background.progress.state is IndexState.FAILED
    assert background.progress.message


def test_the_window_reads_and_writes_meanwhile_without_a_locked_database(
    many: Path, places: CatalogPlaces, indexing: Make
) -> None:
    build_index(open_store(many), places, parts=())
    background = indexing(many, places, in_process=False)
    with Catalog.open(places) as window:
        background.start()
        pulled = turns = 0
        while not background.wait(0):
            pulled += window.pull()
            window.keep("note of the window", str(turns).encode())
            assert window.columns.coverage(CONTENTS)[1] == COUNT
            turns += 1
        assert background.progress.state is IndexState.DONE, background.progress.message
        window.pull()
        assert window.columns.coverage(CONTENTS) == (COUNT, COUNT)
        assert window.notices == []
    assert pulled
    assert turns > 10


def test_samples_asked_for_while_a_pass_runs_are_right_in_the_end(
    tmp_path: Path, places: CatalogPlaces, indexing: Make
) -> None:
    folder = face_folder(tmp_path / "faces", COUNT)
    background = indexing(folder, places, in_process=False)
    background.start()
    until(lambda: background.progress.part != "")
    chosen = [SampleId(str(number)) for number in (0, 1, 50, 89)]
    for sample in chosen:
        write_mask(folder, int(sample), "hair", width=31)
    background.again(chosen)
    assert background.wait(60)
    with Catalog.open(places) as catalog:
        columns = catalog.columns
        assert columns.coverage(CONTENTS) == (COUNT, COUNT)
        assert [int(columns.areas[columns.row_of[sample]][12]) for sample in chosen] == [8 * 31] * 4


def test_a_changed_table_is_read_by_the_process_after_a_save(
    tmp_path: Path, places: CatalogPlaces, indexing: Make
) -> None:
    folder = face_folder(tmp_path / "faces", COUNT)
    background = indexing(folder, places)
    background.start()
    assert background.wait(60)
    table = folder / "CelebAMask-HQ-attribute-anno.txt"
    table.write_text(table.read_text().replace("0.jpg  -1", "0.jpg  1 ", 1))
    with Catalog.open(places) as window:
        assert not int(window.columns.yes[0]) & 1
        background.again([SampleId("0")])
        assert background.wait(60)
        window.pull()
        assert int(window.columns.yes[0]) & 1


_WINDOW = """
import sys, time
from pathlib import Path
from app.catalog.places import CatalogPlaces
from app.formats import open_store
from app.workbench.indexing import BackgroundIndexing
background = BackgroundIndexing(open_store(Path(sys.argv[1])), CatalogPlaces(Path(sys.argv[2])), in_process=False)
background.start()
while background.progress.part != "contents":
    time.sleep(0.001)
background.pause()
print(background._child.pid, flush=True)
time.sleep(60)
"""


def test_all_processes_end_when_the_window_is_killed(many: Path, places: CatalogPlaces) -> None:
    repository = Path(__file__).resolve().parents[2]
    window = subprocess.Popen(
        [sys.executable, "-c", _WINDOW, str(many), str(places.folder)], cwd=repository, stdout=subprocess.PIPE
    )
    assert window.stdout is not None
    child = int(window.stdout.readline())
    window.stdout.close()
    lists = Path(f"/proc/{child}/task").glob("*/children")
    readers = [int(pid) for file in lists for pid in file.read_text().split()]
    assert readers
    assert all(os.getpriority(os.PRIO_PROCESS, pid) == 19 for pid in (child, *readers))
    window.kill()
    window.wait()
    until(lambda: not any(map(_is_alive, (child, *readers))), 10)
    known(places)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
