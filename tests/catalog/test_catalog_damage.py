"""Whatever happens to the file of a catalog, it works or is made anew and says so; it never gets in the way."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.catalog import captions, places, schema
from app.catalog.catalog import Catalog
from app.catalog.contents import contents_of
from app.catalog.places import CatalogPlaces
from app.catalog.tables import TableRow, Tables
from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.errors import SaveError
from app.faces.mask import MaskLayers
from app.faces.review import Review, ReviewState
from app.faces.sample import SampleId
from tests.catalog.faces_store import store_of

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SAMPLES = 60
STORE = store_of(SAMPLES)
IDS = tuple(SampleId(str(k)) for k in range(SAMPLES))
WORDS = "she he has wears a hat blond wavy hair glasses smiles young with and no beard".split()
KEPT = random.Random(4).randbytes(20_000)


def fill(catalog: Catalog) -> None:
    """Everything a catalog can hold, over several pages of every table."""
    chance = random.Random(1)
    catalog.take_names(STORE)
    row = TableRow(Attributes(ATTRIBUTE_NAMES, (True,) * 40), None, "1.jpg")
    catalog.put_tables(Tables(ATTRIBUTE_NAMES, dict.fromkeys(IDS, row), b"t"))
    catalog.put_captions([(s, b"c", [" ".join(chance.choices(WORDS, k=12)) for _ in range(10)]) for s in IDS])
    figures = contents_of(MaskLayers(np.full((4, 4), 5, np.uint32)))
    catalog.put_contents([(s, b"m", figures) for s in IDS])
    catalog.keep("blob", KEPT)


def everything(catalog: Catalog) -> dict[str, object]:
    """All that can be read out of a catalog."""
    columns = catalog.columns
    return {
        "ids": columns.ids,
        "facts": columns.facts(np.arange(len(columns))).tobytes(),
        "figures": [columns.figure(name).tobytes() for name in ("areas", "seen", "boxes", "centroids", "size")],
        "celeba": dict(columns.celeba),
        "hits": catalog.rows_with(captions.phrase("hat")).tolist(),
        "captions": [catalog.captions_of(sample) for sample in columns.ids],
        "stamps": (dict(catalog.stamps("captions")), dict(catalog.stamps("contents"))),
        "kept": catalog.kept("blob"),
        "tables": catalog.tables_stamp,
    }


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a catalog that was closed as it should be."""
    folder = tmp_path_factory.mktemp("closed")
    with Catalog.open(CatalogPlaces(folder)) as catalog:
        fill(catalog)
    assert [path.name for path in folder.iterdir()] == ["catalog.sqlite"]
    return folder


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a catalog whose program was killed: part of it is in the log only."""
    folder = tmp_path_factory.mktemp("open")
    copy = tmp_path_factory.mktemp("killed") / "copy"
    with Catalog.open(CatalogPlaces(folder)) as catalog:
        fill(catalog)
        catalog._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        catalog.put_captions([(sample, b"c2", ["a hat"]) for sample in IDS[:40]])
        shutil.copytree(folder, copy)
    assert (copy / "catalog.sqlite-wal").stat().st_size > 0
    return copy


def cut(file: Path, size: int) -> None:
    """The file ends there, since a while."""
    os.truncate(file, size)
    os.utime(file, (0, 0))


def reopened(folder: Path, whole: dict[str, object]) -> None:
    """A catalog opens on these files, and is either as it was or empty and says so; then it works."""
    with Catalog.open(CatalogPlaces(folder)) as catalog:
        if everything(catalog) != whole:
            assert catalog.notices, "something is lost and nobody says so"
            assert catalog.renewals
        catalog.take_names(STORE)
        assert catalog.columns.ids == IDS
        fill(catalog)
        found = everything(catalog)
    with Catalog.open(CatalogPlaces(folder)) as catalog:
        assert not catalog.notices
        assert everything(catalog) == found


def contents(folder: Path) -> dict[str, object]:
    with Catalog.open(CatalogPlaces(folder)) as catalog:
        return everything(catalog)


@pytest.fixture(scope="module")
def all_of_closed(closed: Path) -> dict[str, object]:
    """What is in the closed one."""
    return contents(Path(shutil.copytree(closed, closed.parent / "closed copy")))


@pytest.fixture(scope="module")
def all_of_killed(killed: Path) -> dict[str, object]:
    """What is in the killed one."""
    return contents(Path(shutil.copytree(killed, killed.parent / "killed copy")))


PROPERTY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """Fresh copies of a folder, one at a time."""
    monkeypatch.setattr(schema, "_CARRYING_S", 0.01)

    def copied(folder: Path) -> Path:
        target = tmp_path / "scratch"
        shutil.rmtree(target, ignore_errors=True)
        return Path(shutil.copytree(folder, target))

    return copied


@PROPERTY
@given(share=st.floats(0, 1))
def test_a_file_cut_anywhere_is_noticed(
    share: float, closed: Path, all_of_closed: dict[str, object], scratch: Callable[[Path], Path]
) -> None:
    folder = scratch(closed)
    file = folder / "catalog.sqlite"
    cut(file, int(file.stat().st_size * share))
    reopened(folder, all_of_closed)


@PROPERTY
@given(pages=st.integers(0, 60))
def test_a_file_cut_between_pages_is_noticed(
    pages: int, closed: Path, all_of_closed: dict[str, object], scratch: Callable[[Path], Path]
) -> None:
    folder = scratch(closed)
    file = folder / "catalog.sqlite"
    cut(file, min(pages * 4096, file.stat().st_size))
    reopened(folder, all_of_closed)


@PROPERTY
@given(share=st.floats(0, 1), which=st.sampled_from(["catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"]))
def test_files_of_a_killed_program_cut_anywhere_are_noticed(
    share: float,
    which: str,
    killed: Path,
    all_of_killed: dict[str, object],
    all_of_closed: dict[str, object],
    scratch: Callable[[Path], Path],
) -> None:
    folder = scratch(killed)
    file = folder / which
    cut(file, int(file.stat().st_size * share))
    if which == "catalog.sqlite-wal":
        with Catalog.open(CatalogPlaces(folder)) as catalog:
            # What was written last may be lost with the log that held it: it is simply not known then.
            assert everything(catalog) in (all_of_killed, all_of_closed)
    else:
        reopened(folder, all_of_killed)


@PROPERTY
@given(seed=st.integers(0, 2**32), count=st.integers(1, 400), is_killed=st.booleans())
def test_garbage_in_the_file_stops_nobody(
    seed: int, count: int, is_killed: bool, closed: Path, killed: Path, scratch: Callable[[Path], Path]
) -> None:
    folder = scratch(killed if is_killed else closed)
    chance = random.Random(seed)
    file = folder / "catalog.sqlite"
    data = bytearray(file.read_bytes())
    at = chance.randrange(len(data))
    data[at : at + count] = chance.randbytes(count)
    file.write_bytes(data)
    with Catalog.open(CatalogPlaces(folder)) as catalog:
        everything(catalog)
        catalog.take_names(STORE)
        assert catalog.columns.ids == IDS
        everything(catalog)
        fill(catalog)
    with Catalog.open(CatalogPlaces(folder)) as catalog:
        catalog.take_names(STORE)
        assert catalog.columns.ids == IDS


def test_what_cannot_be_a_catalog_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "catalog.sqlite"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE songs(title)")
    other.commit()
    other.close()
    for content in (None, b"no database at all", b"SQLite format 3\0" + bytes(4080), b""):
        if content is not None:
            file.write_bytes(content)
            cut(file, len(content))
        with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
            assert len(catalog.notices) == 1
            assert "made anew" in catalog.notices[0]
            assert catalog.is_kept
            fill(catalog)
        with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
            assert catalog.notices == []


def test_a_catalog_of_a_newer_program_is_replaced(tmp_path: Path) -> None:
    with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
        fill(catalog)
        catalog._db.execute("PRAGMA user_version=99")
    with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
        assert "another version" in catalog.notices[0]
        assert len(catalog.columns) == 0
        assert catalog.take_names(STORE).added == IDS


@pytest.mark.parametrize("how", ["everything", "the database", "the log", "replaced"])
def test_a_catalog_deleted_while_open_knows_the_names_again(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "cache"
    review = Review(ReviewState.ACCEPTED, ("t",))
    with Catalog.open(CatalogPlaces(folder)) as catalog, Catalog.open(CatalogPlaces(folder)) as other:
        fill(catalog)
        other.take_names(STORE)
        catalog.mirror_reviews({IDS[3]: review})
        if how == "everything":
            shutil.rmtree(folder)
        elif how == "the database":
            (folder / "catalog.sqlite").unlink()
        elif how == "the log":
            (folder / "catalog.sqlite-wal").unlink()
        else:
            schema.remove(folder / "catalog.sqlite")
            Catalog.open(CatalogPlaces(folder)).close()
        assert catalog.pull()
        assert not catalog.pull()
        assert catalog.renewals
        # Programs that end put the log away: that alone is nothing to be told.
        assert any("was deleted" in notice for notice in catalog.notices) == (how != "the log")
        assert catalog.columns.ids == IDS
        assert catalog.columns.state[3] == 3
        assert catalog.columns.tags["t"].nonzero()[0].tolist() == [3]
        for turn in range(3):
            catalog.put_captions([(IDS[turn], b"x", ["nothing but socks"])])
            other.put_captions([(IDS[turn + 10], b"x", ["nothing but socks"])])
        assert catalog.renewals <= 3
        for each in (catalog, other):
            each.pull()
            assert each.columns.ids == IDS
            assert each.rows_with(captions.phrase("socks")).tolist()[-1] == 12


def test_damage_that_shows_while_it_is_open_is_mended(tmp_path: Path) -> None:
    with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
        fill(catalog)
        catalog._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        catalog._db.execute("PRAGMA shrink_memory")
        file = tmp_path / "catalog.sqlite"
        with file.open("r+b") as opened:
            size = file.stat().st_size
            opened.seek(8192)
            opened.write(bytes(size - 8192))
        everything(catalog)
        assert catalog.columns.ids == IDS
        fill(catalog)
        assert len(catalog.rows_with(captions.phrase("hat"))) > 10
        assert catalog.renewals >= 1


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
        fill(catalog)
        before = everything(catalog)
        pages = catalog._db.execute("PRAGMA page_count").fetchone()[0]
        catalog._db.execute(f"PRAGMA max_page_count={pages}")
        many = [(sample, b"new", ["a long caption of new words " * 50] * 10) for sample in IDS]
        with pytest.raises(SaveError, match="free some space"):
            catalog.put_captions(many)
        assert everything(catalog) == before
        assert catalog.is_kept
        catalog._db.execute("PRAGMA max_page_count=100000")
        catalog.put_captions(many)
        assert len(catalog.rows_with(captions.phrase("new words"))) == SAMPLES


def test_names_are_taken_where_nothing_can_be_written(tmp_path: Path) -> None:
    with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
        pages = catalog._db.execute("PRAGMA page_count").fetchone()[0]
        catalog._db.execute(f"PRAGMA max_page_count={pages}")
        assert len(catalog.take_names(store_of(5000)).added) == 5000
        assert not catalog.is_kept
        assert len(catalog.notices) == 1
        assert "made anew each time" in catalog.notices[0]
        catalog.put_captions([(SampleId("4999"), b"s", ["here"])])
        assert catalog.rows_with(captions.phrase("here")).tolist() == [4999]


def test_a_place_that_is_no_folder_leaves_the_catalog_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with Catalog.open(CatalogPlaces(folder)) as catalog:
            assert not catalog.is_kept
            assert len(catalog.notices) == 1
            fill(catalog)
            assert not catalog.pull()
    (tmp_path / "catalog.sqlite").mkdir()
    with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
        assert not catalog.is_kept
        fill(catalog)


def test_a_cache_that_cannot_be_written_is_replaced_by_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "cache"
    blocked.touch()
    monkeypatch.setattr(places, "cache_folder", lambda: blocked)
    monkeypatch.setattr(places.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(places, "_FALLBACKS", {})
    root = tmp_path / "dataset"
    root.mkdir()
    one, two = CatalogPlaces.of(root), CatalogPlaces.of(root)
    assert one == two
    assert one.folder.is_dir()
    with Catalog.open(one) as catalog:
        assert len(catalog.notices) == 1
        assert "cannot be written" in catalog.notices[0]
        fill(catalog)
    with Catalog.open(two) as catalog:
        assert catalog.columns.ids == IDS


def test_a_moved_dataset_has_another_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "cache_folder", lambda: tmp_path / "cache")
    root = tmp_path / "dataset"
    root.mkdir()
    (tmp_path / "link").symlink_to(root)
    found = CatalogPlaces.of(root)
    assert found == CatalogPlaces.of(tmp_path / "link")
    assert found.notice is None
    assert found.folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in root.iterdir()] == []
    root.rename(tmp_path / "moved")
    assert CatalogPlaces.of(tmp_path / "moved") != found


WRITER = """
import sys, pathlib
import numpy as np
from app.catalog.catalog import Catalog
from app.catalog.places import CatalogPlaces
from app.catalog.contents import contents_of
from app.faces.mask import MaskLayers
catalog = Catalog.open(CatalogPlaces(pathlib.Path(sys.argv[1])))
for turn in range(1, int(sys.argv[2])):
    figures = contents_of(MaskLayers(np.full((4, turn % 7 + 1), 1, np.uint32)))
    ids = catalog.columns.ids
    catalog.put_contents([(sample, str(turn).encode(), figures) for sample in ids])
    catalog.put_captions([(sample, str(turn).encode(), [f"turn number{turn}"]) for sample in ids[:20]])
    print(turn, flush=True)
"""


def writer(folder: Path, turns: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(turns)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )


def test_reading_while_another_program_writes_sees_whole_batches(tmp_path: Path) -> None:
    with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
        catalog.take_names(STORE)
        assert not catalog.columns.areas.any()
        process = writer(tmp_path, 40)
        pulls = 0
        while process.poll() is None:
            if catalog.pull():
                pulls += 1
                areas = catalog.columns.areas[:, 0]
                assert len(np.unique(areas)) == 1
                assert catalog.columns.indexed.all()
                catalog.mirror_unsaved(set())
                catalog.keep("mine", str(pulls).encode())
        assert process.stdout is not None
        process.stdout.close()
        assert process.returncode == 0
        catalog.pull()
        assert pulls > 1
        assert catalog.columns.areas[:, 0].tolist() == [4 * (39 % 7 + 1)] * SAMPLES
        assert len(catalog.rows_with(captions.phrase("number39"))) == 20
        assert len(catalog.rows_with(captions.phrase("number38"))) == 0
        assert catalog.notices == []


def test_a_writer_that_is_killed_leaves_whole_batches(tmp_path: Path) -> None:
    with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
        catalog.take_names(STORE)
    process = writer(tmp_path, 10_000)
    assert process.stdout is not None
    for _ in range(5):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
        assert catalog.notices == []
        assert catalog.columns.ids == IDS
        stamps = set(catalog.stamps("contents").values())
        assert len(stamps) == 1
        assert int(stamps.pop()) >= 5
        assert len(np.unique(catalog.columns.areas[:, 0])) == 1
        fill(catalog)


def test_a_catalog_made_anew_keeps_its_log_when_the_old_one_ends(tmp_path: Path) -> None:
    places = CatalogPlaces(tmp_path)
    with Catalog.open(places) as old, Catalog.open(places) as third:
        fill(old)
        schema.remove(places.catalog)
        with Catalog.open(places) as fresh:
            fresh.take_names(store_of(3))
            kept = schema.identity(places.catalog)
            old.close()
            assert schema.identity(places.catalog) == kept
            assert third.pull()
            assert len(third.columns) == 3
            fresh.put_captions([(SampleId("2"), b"", ["a hat"])])
            assert fresh.renewals == 0
            assert third.pull()
            assert third.rows_with(captions.phrase("hat")).tolist() == [2]


@pytest.mark.skipif(sys.platform == "win32", reason="locks belong to a handle there")
def test_looking_into_an_open_catalog_takes_no_lock_from_it(tmp_path: Path) -> None:
    file = tmp_path / "catalog.sqlite"
    first = schema.connected(file)
    first.execute("BEGIN IMMEDIATE").execute("COMMIT")
    first.execute("SELECT count(*) FROM sqlite_master").fetchone()
    log = schema.identity(file)[1]
    assert log is not None
    schema.connected(file).close()
    other = f"import sqlite3; c = sqlite3.connect({str(file)!r}); c.execute('SELECT * FROM sqlite_master'); c.close()"
    subprocess.run([sys.executable, "-c", other], check=True)
    assert schema.identity(file)[1] == log
    first.close()
