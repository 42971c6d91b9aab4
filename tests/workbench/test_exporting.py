"""An export is whole or not there, goes on where it was, and tells what it left out."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.catalog.places import CatalogPlaces
from app.document.disk import exchange
from app.faces.errors import DatasetBusyError, ExportError, SampleNotFoundError, SaveError
from app.faces.sample import Modality, SampleId
from app.formats import open_store
from app.formats.exporting.folder import WrittenFile
from app.formats.exporting.protocol import LeftOut, Written
from app.formats.exporting.registry import export_format
from app.jobs import Cancelled
from app.workbench.exporting import (
    ExportPlan,
    ExportReport,
    ExportRequest,
    discard_partial,
    estimated,
    partial_folder,
    plan_export,
    run_export,
)
from app.workbench.exporting import crew as crew_module
from app.workbench.exporting import running as running_module
from app.workbench.exporting import target as target_module
from app.workbench.exporting.report import totals
from app.workbench.index import CONTENTS, build_index
from app.workbench.splitting import SplitOptions
from tests.formats.exporting.plugged import plug_in
from tests.workbench.face_folder import face_folder, fingerprint, mask_path, write_mask

COUNT = 12
EXTRAS = {"manifest.json", "LICENSE-NOTICE.txt", "report.json", "report.txt"}


@pytest.fixture(autouse=True)
def plugged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(tmp_path, monkeypatch)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    return face_folder(tmp_path / "faces", COUNT)


class After:
    """A progress that calls once so many samples are done."""

    def __init__(self, done: int, call: Callable[[], None]) -> None:
        self._done = done
        self._call: Callable[[], None] | None = call

    def report(self, done: int, total: int, note: str = "") -> None:
        if self._call is not None and total > done >= self._done:
            call, self._call = self._call, None
            call()


def cancel() -> None:
    raise Cancelled


def plan(folder: Path, target: Path, ids: list[str] | None = None, **request: Any) -> ExportPlan:
    """A plan for the diary; keywords that are no fields of a request are options."""
    known = {"splits", "renumber", "overwrite", "notes"}
    options = export_format("diary").options(**{key: request.pop(key) for key in list(request) if key not in known})
    chosen = None if ids is None else [SampleId(sample) for sample in ids]
    return plan_export(
        ExportRequest(store=open_store(folder), format="diary", target=target, ids=chosen, options=options, **request)
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def essence(folder: Path) -> dict[str, bytes]:
    """What the format wrote."""
    return {path: data for path, data in tree(folder).items() if path not in EXTRAS}


def leftovers(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.iterdir() if path.name not in {"faces", "site", "cache"})


@pytest.mark.parametrize("workers", [0, 2])
def test_an_export_is_whole_and_its_manifest_lists_every_byte(faces: Path, tmp_path: Path, workers: int) -> None:
    before = fingerprint(faces)
    report = run_export(plan(faces, tmp_path / "out"), workers=workers)
    assert fingerprint(faces) == before
    assert leftovers(tmp_path) == ["out"]
    files = tree(tmp_path / "out")
    assert set(files) == EXTRAS | {"diary.jsonl"} | {f"photos/{n}.jpg" for n in range(COUNT)}
    manifest = json.loads(files.pop("manifest.json"))
    assert {file["path"]: file["sha256"] for file in manifest["files"]} == {
        path: hashlib.sha256(data).hexdigest() for path, data in files.items()
    }
    assert {file["path"]: file["size"] for file in manifest["files"]} == {p: len(data) for p, data in files.items()}
    assert [sample["id"] for sample in manifest["samples"]] == [str(n) for n in range(COUNT)]
    assert manifest["source"]["name"] == "faces"
    assert str(tmp_path) not in (tmp_path / "out/manifest.json").read_text()
    assert report.samples == COUNT
    assert report.is_complete
    assert open_store(tmp_path / "out").sample_ids == open_store(faces).sample_ids


def test_processes_and_a_thread_write_the_same(faces: Path, tmp_path: Path) -> None:
    for workers in (0, 2):
        run_export(plan(faces, tmp_path / f"out{workers}"), workers=workers)
    assert tree(tmp_path / "out0") == tree(tmp_path / "out2")


def test_masks_come_from_the_mask_cache_where_it_is_true(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(faces)
    run_export(plan(faces, tmp_path / "plain"), workers=0)
    build_index(store, CatalogPlaces.of(store.root), parts=(CONTENTS,))
    write_mask(faces, 3, "nose", width=30)
    run_export(plan(faces, tmp_path / "changed"), workers=0)
    read: list[str] = []
    planned = plan(faces, tmp_path / "out")
    original = planned.request.store.read_mask
    monkeypatch.setattr(planned.request.store, "read_mask", lambda sample: read.append(sample) or original(sample))
    run_export(planned, workers=0)
    assert set(read) == {"3"}
    assert essence(tmp_path / "out") == essence(tmp_path / "changed")
    assert essence(tmp_path / "out") != essence(tmp_path / "plain")


def test_the_report_says_what_is_not_in_it_and_why(faces: Path, tmp_path: Path) -> None:
    (faces / "text/celeba-caption/2.txt").unlink()
    (faces / "sketch").mkdir()
    for number in range(5):
        (faces / f"sketch/{number}.png").write_bytes(mask_path(faces, 0, "skin").read_bytes())
    mask_path(faces, 4, "skin").write_bytes(b"no picture")
    (faces / "captions.pickle").write_bytes(b"stale")
    report = run_export(plan(faces, tmp_path / "out", notes=("2 samples have unsaved edits",)), workers=0)
    assert report.not_held == {"Diary has no sketches": 5}
    assert not report.is_complete
    text = (tmp_path / "out/report.txt").read_text()
    assert "Diary has no sketches: 5 not written" in text
    assert "masks of 4: " in text
    assert "2 samples have unsaved edits" in text
    assert "captions.pickle was not copied" in text
    assert f"covered pixels in {COUNT} samples" in text
    assert str(tmp_path) not in text
    document = json.loads((tmp_path / "out/report.json").read_text())
    assert [(each["modality"], each["samples"]) for each in document["left_out"]] == [("mask", ["4"])]
    assert not list((tmp_path / "out").rglob("captions.pickle"))


def test_the_report_does_not_regret_what_was_never_there(faces: Path, tmp_path: Path) -> None:
    def losses() -> set[Modality]:
        request = ExportRequest(store=open_store(faces), format="celebamask-hq", target=tmp_path / "out")
        return set(plan_export(request).losses)

    assert losses() == {Modality.CAPTIONS}
    shutil.rmtree(faces / "text")
    assert losses() == set()


def test_the_samples_left_out_are_named_in_order() -> None:
    gone = {"10": "no photo", "9": "no photo", "2": "no mask"}
    left_out, _, _ = totals(
        [Written(left_out=tuple(LeftOut(SampleId(sample), None, why) for sample, why in gone.items()))]
    )
    assert [group.samples for group in left_out] == [("9", "10"), ("2",)]


def test_an_export_of_nothing_is_none(faces: Path, tmp_path: Path) -> None:
    shutil.rmtree(faces / "text")
    request = ExportRequest(store=open_store(faces), format="lafite", target=tmp_path / "out")
    with pytest.raises(ExportError, match=r"^no sample can be written as LAFITE pairs: it has no captions$"):
        run_export(plan_export(request), workers=0)
    assert leftovers(tmp_path) == []


def test_only_the_chosen_samples_and_modalities_are_written(faces: Path, tmp_path: Path) -> None:
    run_export(plan(faces, tmp_path / "out", ["7", "3", "7"], include=frozenset({Modality.CAPTIONS})), workers=0)
    store = open_store(tmp_path / "out")
    assert store.sample_ids == ("3", "7")
    assert [modality for modality in Modality if store.has(SampleId("3"), modality)] == [Modality.CAPTIONS]


def test_renumbered_samples_have_a_table_of_their_ids(faces: Path, tmp_path: Path) -> None:
    run_export(plan(faces, tmp_path / "out", ["5", "9"], renumber=True), workers=0)
    assert open_store(tmp_path / "out").sample_ids == ("0", "1")
    assert (tmp_path / "out/renamed.csv").read_text() == "name,id\n0,5\n1,9\n"


def test_a_new_split_reaches_the_format(faces: Path, tmp_path: Path) -> None:
    splits = SplitOptions(mode="new", ratios=("train=75", "test=25"), duplicates=False, seed=3)
    report = run_export(plan(faces, tmp_path / "out", splits=splits), workers=0)
    assert report.splits == {"train": 9, "test": 3}
    store = open_store(tmp_path / "out")
    assert {name: len(samples) for name, samples in store.splits.items()} == {"train": 9, "test": 3}
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert {sample["id"]: sample["split"] for sample in manifest["samples"]} == {
        sample: name for name, samples in store.splits.items() for sample in samples
    }


@pytest.mark.parametrize("workers", [0, 2])
def test_a_cancelled_export_leaves_no_target_and_goes_on(faces: Path, tmp_path: Path, workers: int) -> None:
    run_export(plan(faces, tmp_path / "whole"), workers=0)
    with pytest.raises(Cancelled):
        run_export(plan(faces, tmp_path / "out"), After(4, cancel), workers=workers)
    assert not (tmp_path / "out").exists()
    assert partial_folder(tmp_path / "out").is_dir()
    report = run_export(plan(faces, tmp_path / "out"), workers=workers)
    assert report.kept >= 4
    assert essence(tmp_path / "out") == essence(tmp_path / "whole")
    assert leftovers(tmp_path) == ["out", "whole"]


def test_a_cancelled_export_can_be_given_up(faces: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run_export(plan(faces, tmp_path / "out"), After(4, cancel), workers=0)
    assert discard_partial(tmp_path / "out")
    assert leftovers(tmp_path) == []
    assert not discard_partial(tmp_path / "out")


def test_an_export_that_is_cancelled_before_its_first_part_leaves_nothing(faces: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run_export(plan(faces, tmp_path / "out"), After(0, cancel), workers=0)
    assert leftovers(tmp_path) == []


def test_what_changed_in_between_is_written_anew(faces: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run_export(plan(faces, tmp_path / "out"), After(8, cancel), workers=0)
    write_mask(faces, 1, "nose", width=29)
    content = partial_folder(tmp_path / "out") / "content"
    (content / "photos/5.jpg").write_bytes(b"damaged")
    (content / "photos/stray.jpg").write_bytes(b"of a part that was torn")
    report = run_export(plan(faces, tmp_path / "out"), workers=0)
    assert report.kept == 0
    run_export(plan(faces, tmp_path / "whole"), workers=0)
    assert essence(tmp_path / "out") == essence(tmp_path / "whole")


def test_a_torn_journal_loses_only_its_last_line(faces: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run_export(plan(faces, tmp_path / "out"), After(8, cancel), workers=0)
    journal = partial_folder(tmp_path / "out") / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-9])
    report = run_export(plan(faces, tmp_path / "out"), workers=0)
    assert report.kept == 4
    assert open_store(tmp_path / "out").sample_ids == open_store(faces).sample_ids


def test_another_export_is_not_mixed_with_an_interrupted_one(faces: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run_export(plan(faces, tmp_path / "out"), After(4, cancel), workers=0)
    with pytest.raises(ExportError, match=r"12 samples as diary.*--no-resume"):
        run_export(plan(faces, tmp_path / "out", dear="you"), workers=0)
    run_export(plan(faces, tmp_path / "out", dear="you"), workers=0, resume=False)
    assert b'"dear": "you"' in (tmp_path / "out/diary.jsonl").read_bytes()
    assert leftovers(tmp_path) == ["out"]


def test_a_file_that_options_name_belongs_to_the_request_and_only_its_name_to_the_manifest(
    faces: Path, tmp_path: Path
) -> None:
    table = tmp_path / "faces-table.json"

    def planned(name: str) -> ExportPlan:
        classes = [{"id": at, "name": each, "of": [each]} for at, each in enumerate(("background", name))]
        table.write_text(json.dumps({"classes": classes}))
        options = export_format("index-masks").options(table=str(table))
        request = ExportRequest(store=open_store(faces), format="index-masks", target=tmp_path / "out", options=options)
        return plan_export(request)

    one = planned("hair")
    before = one.fingerprint()
    assert planned("skin").fingerprint() != before
    assert planned("hair").fingerprint() == before
    run_export(one, workers=0)
    assert json.loads((tmp_path / "out/manifest.json").read_text())["options"]["table"] == "faces-table.json"


def test_two_exports_to_one_target_exclude_each_other(faces: Path, tmp_path: Path) -> None:
    def second() -> None:
        with pytest.raises(DatasetBusyError, match="another export"):
            run_export(plan(faces, tmp_path / "out"), workers=0)

    run_export(plan(faces, tmp_path / "out"), After(4, second), workers=0)
    assert leftovers(tmp_path) == ["out"]


def test_a_target_that_is_not_empty_is_refused_and_left_alone(faces: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    with pytest.raises(ExportError, match="not empty"):
        run_export(plan(faces, tmp_path / "out"), workers=0)
    assert tree(tmp_path / "out") == {"mine.txt": b"mine"}
    assert leftovers(tmp_path) == ["out"]


def test_an_empty_target_is_filled(faces: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    run_export(plan(faces, tmp_path / "out"), workers=0)
    assert (tmp_path / "out/diary.jsonl").exists()


def test_overwriting_replaces_an_earlier_export(faces: Path, tmp_path: Path) -> None:
    run_export(plan(faces, tmp_path / "out"), workers=0)
    run_export(plan(faces, tmp_path / "out", ["1"], overwrite=True), workers=0)
    assert open_store(tmp_path / "out").sample_ids == ("1",)
    assert leftovers(tmp_path) == ["out"]


def test_overwriting_keeps_files_that_no_export_wrote(faces: Path, tmp_path: Path) -> None:
    run_export(plan(faces, tmp_path / "out"), workers=0)
    (tmp_path / "out/mine.txt").write_text("mine")
    before = tree(tmp_path / "out")
    report = run_export(plan(faces, tmp_path / "out", ["1"], overwrite=True), workers=0)
    assert "out.before-1" in report.notes[-1]
    assert open_store(tmp_path / "out").sample_ids == ("1",)
    assert tree(tmp_path / "out.before-1") == before


def test_overwriting_waits_for_the_whole_export(faces: Path, tmp_path: Path) -> None:
    run_export(plan(faces, tmp_path / "out"), workers=0)
    before = fingerprint(tmp_path / "out")
    with pytest.raises(Cancelled):
        run_export(plan(faces, tmp_path / "out", dear="you", overwrite=True), After(8, cancel), workers=0)
    assert fingerprint(tmp_path / "out") == before


def test_a_stop_amid_the_exchange_leaves_one_whole_export(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_export(plan(faces, tmp_path / "out"), workers=0)

    def exchange_and_stop(one: Path, other: Path) -> bool:
        assert exchange(one, other)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(target_module, "exchange", exchange_and_stop)
        with pytest.raises(KeyboardInterrupt):
            run_export(plan(faces, tmp_path / "out", ["1"], overwrite=True), workers=0)
    assert open_store(tmp_path / "out").sample_ids == ("1",)
    with pytest.raises(ExportError, match="not empty"):
        run_export(plan(faces, tmp_path / "out", ["2"]), workers=0)
    assert leftovers(tmp_path) == ["out"]
    assert open_store(tmp_path / "out").sample_ids == ("1",)


@pytest.mark.parametrize("stop", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
def test_without_an_exchange_in_one_step_what_was_there_comes_back(
    stop: BaseException, faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_export(plan(faces, tmp_path / "out"), workers=0)
    before = tree(tmp_path / "out")
    rename = Path.rename

    def refusing(path: Path, target: Path) -> Path:
        if path.name == "content":
            raise stop
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(target_module, "exchange", lambda *_: False)
        patch.setattr(Path, "rename", refusing)
        with pytest.raises((SaveError, KeyboardInterrupt)):
            run_export(plan(faces, tmp_path / "out", ["1"], overwrite=True), workers=0)
    if isinstance(stop, OSError):
        assert tree(tmp_path / "out") == before
    with monkeypatch.context() as patch:
        patch.setattr(target_module, "exchange", lambda *_: False)
        report = run_export(plan(faces, tmp_path / "out", ["1"], overwrite=True), workers=0)
    assert report.kept == 1
    assert leftovers(tmp_path) == ["out"]
    assert open_store(tmp_path / "out").sample_ids == ("1",)


def test_folders_that_hold_more_than_an_export_are_never_overwritten(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home/docs"
    home.mkdir(parents=True)
    (home / "letter").write_text("")
    monkeypatch.setenv("HOME", str(home))
    edited = tmp_path / "edited"
    (edited / ".facewright").mkdir(parents=True)
    for target in (home, home.parent, edited):
        with pytest.raises(ExportError):
            run_export(plan(faces, target, overwrite=True), workers=0)
    monkeypatch.chdir(faces)
    with pytest.raises(ExportError):
        run_export(plan(faces, faces.parent, overwrite=True), workers=0)


def test_targets_in_and_around_the_dataset_are_refused(faces: Path, tmp_path: Path) -> None:
    before = fingerprint(tmp_path)
    (tmp_path / "link").symlink_to(faces)
    for target in (faces, faces / "out", tmp_path, tmp_path / "link/out", faces / "CelebA-HQ-img/0.jpg"):
        with pytest.raises(ExportError):
            run_export(plan(faces, target), workers=0)
    (tmp_path / "link").unlink()
    after = fingerprint(tmp_path)
    assert {path: seen for path, seen in after.items() if not path.startswith("cache")} == {
        path: seen for path, seen in before.items() if not path.startswith("cache")
    }


def test_a_full_disk_leaves_no_target_and_the_export_goes_on_when_there_is_room(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.formats.exporting import folder

    written = 0
    original = folder._HashedFile.write

    def full(self: Any, data: bytes) -> int:
        nonlocal written
        written += 1
        if written > 8:
            raise self._refusal(self._path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        return original(self, data)

    with monkeypatch.context() as patch:
        patch.setattr(folder._HashedFile, "write", full)
        patch.setattr(running_module, "_require_space", lambda *_: None)
        with pytest.raises(SaveError, match="No space left"):
            run_export(plan(faces, tmp_path / "out"), workers=0)
    assert not (tmp_path / "out").exists()
    report = run_export(plan(faces, tmp_path / "out"), workers=0)
    assert report.kept == 8
    run_export(plan(faces, tmp_path / "whole"), workers=0)
    assert essence(tmp_path / "out") == essence(tmp_path / "whole")


def test_a_full_disk_is_told_whatever_a_library_makes_of_it(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.formats.exporting import folder

    def full(self: Any, data: bytes) -> int:
        try:
            raise self._refusal(self._path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        except SaveError as error:
            raise ValueError("a library's own words") from error

    monkeypatch.setattr(folder._HashedFile, "write", full)
    monkeypatch.setattr(running_module, "_require_space", lambda *_: None)
    with pytest.raises(SaveError, match="No space left"):
        run_export(plan(faces, tmp_path / "out"), workers=0)


def test_free_space_is_asked_for_before_anything_is_written(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_module, "free_bytes", lambda _: 1000)
    with pytest.raises(SaveError, match=r"needs about .* MB and 0 MB are free"):
        run_export(plan(faces, tmp_path / "out"), workers=0)
    assert leftovers(tmp_path) == []


def test_an_estimate_is_near_the_truth(faces: Path, tmp_path: Path) -> None:
    planned = plan(faces, tmp_path / "out")
    guess = estimated(planned)
    report = run_export(planned, workers=0)
    real = sum(len(data) for data in tree(tmp_path / "out").values())
    assert 0.5 * real < guess.size < 2 * real
    assert guess.samples == COUNT
    assert abs(guess.files - report.files) <= 2
    assert leftovers(tmp_path) == ["out"]


def test_a_format_that_fails_ends_the_export_with_its_name(faces: Path, tmp_path: Path) -> None:
    for workers in (0, 2):
        with pytest.raises(ExportError, match="format diary failed: ZeroDivisionError: a mistake of the format"):
            run_export(plan(faces, tmp_path / "out", raising=("6",)), workers=workers)
        assert not (tmp_path / "out").exists()


def test_a_sample_that_ends_its_process_is_left_out_by_name(faces: Path, tmp_path: Path) -> None:
    report = run_export(plan(faces, tmp_path / "out", deadly=("6",)), workers=2)
    assert [group.samples for group in report.left_out] == [("6",)]
    assert set(open_store(tmp_path / "out").sample_ids) == {str(n) for n in range(COUNT)} - {"6"}
    assert not (tmp_path / "out/photos/6.jpg").exists()


def test_no_more_processes_are_started_than_were_asked_for(
    faces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    whole = crew_module.Child
    monkeypatch.setattr(crew_module, "Child", lambda target, **more: started.append(target) or whole(target, **more))
    run_export(plan(faces, tmp_path / "out"), workers=2)
    assert 1 <= len(started) <= 2


def test_hostile_ids_become_names_for_files(faces: Path, tmp_path: Path) -> None:
    ids = ["../x", "a/b", "A/B", "CON", "é", "e\u0301", "..", "-rf", "=1+1", "x\u202egpj", "l" * 300]
    run_export(plan(faces, tmp_path / "first", [str(n) for n in range(len(ids))]), workers=0)
    rows = [json.loads(line) for line in (tmp_path / "first/diary.jsonl").read_text().splitlines()]
    for row, sample in zip(rows, ids, strict=True):
        row["id"] = sample
    (tmp_path / "first/diary.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    report = run_export(plan(tmp_path / "first", tmp_path / "out"), workers=0)
    store = open_store(tmp_path / "out")
    names = ["_.._x", "a_b", "A_B-2", "_CON", "é", "e\u0301-2", "__", "_-rf", "=1+1", "x_gpj", "l" * 160]
    assert list(store.sample_ids) == names
    assert "../x is called _.._x" in " ".join(report.notes)
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert [sample["id"] for sample in manifest["samples"]] == ids
    assert "'=1+1" in (tmp_path / "out/renamed.csv").read_text()


def test_the_notice_has_the_terms_and_the_words_of_the_dataset(faces: Path, tmp_path: Path) -> None:
    (faces / "README.txt").write_text("Ask us first.")
    run_export(plan(faces, tmp_path / "out"), workers=0)
    notice = (tmp_path / "out/LICENSE-NOTICE.txt").read_text()
    assert "non-commercial research" in notice
    assert "README.txt of the dataset says:\n\nAsk us first." in notice
    run_export(plan(tmp_path / "out", tmp_path / "again"), workers=0)
    assert (tmp_path / "again/LICENSE-NOTICE.txt").read_text() == notice


def test_drawn_people_have_no_strings_attached(faces: Path, tmp_path: Path) -> None:
    (faces / "README.txt").write_text("Facewright demo dataset\n")
    run_export(plan(faces, tmp_path / "out"), workers=0)
    notice = (tmp_path / "out/LICENSE-NOTICE.txt").read_text()
    assert "demo dataset" in notice
    assert "non-commercial" not in notice


def test_requests_that_make_no_sense_are_refused(faces: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no sample is chosen"):
        plan(faces, tmp_path / "out", [])
    with pytest.raises(SampleNotFoundError, match="no sample 99"):
        plan(faces, tmp_path / "out", ["99"])
    with pytest.raises(ExportError, match="sketch was asked for"):
        plan(faces, tmp_path / "out", include=frozenset({Modality.SKETCH}))
    with pytest.raises(ExportError, match="there is no format nothing"):
        plan_export(ExportRequest(store=open_store(faces), format="nothing", target=tmp_path / "out"))


def test_the_report_adds_up(faces: Path, tmp_path: Path) -> None:
    report: ExportReport = run_export(plan(faces, tmp_path / "out"), workers=2)
    masks = [open_store(faces).read_mask(SampleId(str(n))).value for n in range(COUNT)]
    covered = sum(int((mask.bits != 0).sum()) for mask in masks if mask is not None)
    assert report.counts == {"covered pixels": covered}
    assert report.samples_counted == {"covered pixels": COUNT}


def test_a_disk_that_takes_accents_apart_keeps_what_was_written(tmp_path: Path) -> None:
    (tmp_path / "zoe\u0308").mkdir()
    (tmp_path / "zoe\u0308/e\u0301.jpg").write_bytes(b"")
    (tmp_path / "zoe\u0308/stray.jpg").write_bytes(b"")
    running_module._remove_strays(tmp_path, [Written((WrittenFile("zo\u00eb/\u00e9.jpg", 0, ""),))])  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.rglob("*.jpg")] == ["e\u0301.jpg"]
