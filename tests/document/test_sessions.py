"""What lasts beyond a session: edits after kill -9, undo after a restart, and two windows on one dataset."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from app.document import history, recorder
from app.document.changes import SaveEvent, SaveState
from app.document.document import Document
from app.document.edit_log import EditLog
from app.document.edits import EditCaption, NewMask, PaintLayer, SetAttribute
from app.document.locks import dataset_lock
from app.document.settings import DocumentSettings
from app.faces.errors import ConflictError, DatasetBusyError, FaceDataError, InvalidEditError, ReadOnlyError
from app.faces.sample import Modality, SampleId
from app.imaging.compose import Operation
from app.imaging.raster import Rect
from tests.document.plain_store import BY_HAND, HAIR, SHAPE, PlainStore, tree

ZERO, ONE, TWO = SampleId("0"), SampleId("1"), SampleId("2")
REPOSITORY = Path(__file__).resolve().parent.parent.parent
CORNER = np.zeros(SHAPE, bool)
CORNER[:10, :10] = True


def opened(dataset: Path, settings: DocumentSettings = BY_HAND) -> Document:
    return Document(PlainStore(dataset), settings=settings)


def save(document: Document) -> None:
    document.save()
    assert document.wait(20)
    assert document.unsaved() == ()


def text(document: Document, sample: SampleId = ONE) -> str:
    captions = document.captions(sample)
    assert captions is not None
    return captions.texts[0]


def child(dataset: Path, code: str) -> subprocess.Popen[str]:
    head = f"""
        import numpy as np, os, signal, sys
        from pathlib import Path
        from app.document.document import Document
        from app.document.edits import *
        from app.imaging.compose import Operation
        from app.imaging.raster import Rect
        from tests.document.plain_store import *
        dataset = Path({str(dataset)!r})
        document = Document(PlainStore(dataset), settings=BY_HAND)
    """
    program = textwrap.dedent(head) + textwrap.dedent(code)
    return subprocess.Popen(
        [sys.executable, "-c", program], cwd=REPOSITORY, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )


def test_kill_9_in_the_middle_of_a_stroke_loses_the_stroke_and_nothing_finished(dataset: Path) -> None:
    before = tree(dataset)
    process = child(
        dataset,
        """
        stroke = document.begin_stroke("1", Operation(HAIR))
        stroke.cover(Rect(80, 80, 10, 10), np.ones((10, 10), bool))
        stroke.commit()
        document.do(EditCaption("1", 0, "typed"))
        document.do(SetAttribute("1", "Male", True))
        document.wait()
        document.begin_stroke("1", Operation(HAIR)).cover(Rect(0, 0, 10, 10), np.ones((10, 10), bool))
        print("painting", flush=True)
        sys.stdin.read()
        """,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "painting\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert tree(dataset) == before
    document = opened(dataset)
    (offer,) = document.recovered()
    assert (offer.sample, offer.steps, offer.conflict) == (ONE, 3, None)
    assert abs(offer.last_time - time.time()) < 60
    document.restore_edits(ONE)
    assert tree(dataset) == before
    mask, attributes = document.mask(ONE), document.attributes(ONE)
    assert mask is not None
    assert attributes is not None
    assert mask.layer("hair")[80:90, 80:90].all()
    assert not mask.layer("hair")[:5].any()
    assert (text(document), attributes["Male"]) == ("typed", True)
    assert document.unsaved() == (ONE,)
    assert document.recovered() == ()
    assert document.undo_label(ONE) == "Set Male to yes"
    save(document)
    document.close()
    assert opened(dataset).recovered() == ()


def test_edits_reach_the_log_within_a_quarter_of_a_second(dataset: Path) -> None:
    document = opened(dataset)
    document.do(EditCaption(ONE, 0, "first"))
    document.wait()
    document.do(EditCaption(ONE, 0, "second"))
    until = time.monotonic() + 0.25
    reader = sqlite3.connect(document.work.log)
    while reader.execute("SELECT count(*) FROM steps").fetchone() != (2,):
        assert time.monotonic() < until
        time.sleep(0.005)
    reader.close()
    document.close()


@pytest.mark.parametrize("at", ["write_record", "_apply", "_done", "_close"])
def test_kill_9_in_the_middle_of_a_save_leaves_it_whole_or_undone(dataset: Path, at: str) -> None:
    before = tree(dataset)
    process = child(
        dataset,
        f"""
        from app.document import saving
        place = saving if {at!r} == "write_record" else saving.Saver
        real = getattr(place, {at!r})
        def dying(*arguments):
            if {at!r} != "_apply":
                os.kill(os.getpid(), signal.SIGKILL)
            swap, count = saving.Swaps.swap, []
            def second(self, change, target):
                if count:
                    os.kill(os.getpid(), signal.SIGKILL)
                count.append(change)
                swap(self, change, target)
            saving.Swaps.swap = second
            return real(*arguments)
        setattr(place, {at!r}, dying)
        document.do(EditCaption("1", 0, "typed"))
        document.do(PaintLayer("1", "skin", np.zeros(SHAPE, bool)))
        document.save()
        document.wait()
        """,
    )
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    document = opened(dataset)
    after = tree(dataset)
    if at == "write_record":
        assert after == before
        assert [r.steps for r in document.recovered()] == [2]
        document.restore_edits(ONE)
        save(document)
    else:
        assert document.recovered() == ()
        assert [r.sample for r in document.recovery.finished] == [ONE]
    assert text(document) == "typed"
    assert "masks/1_skin.layer" not in tree(dataset)
    document.undo(ONE)
    document.undo(ONE)
    save(document)
    assert tree(dataset) == before


def test_undo_survives_save_and_restart(dataset: Path) -> None:
    before = tree(dataset)
    document = opened(dataset)
    document.do(EditCaption(ONE, 0, "a"))
    document.do(SetAttribute(ONE, "Male", True))
    document.do(PaintLayer(ONE, "hat", CORNER))
    document.undo(ONE)
    document.do(PaintLayer(ONE, "nose", CORNER))
    save(document)
    document.do(SetAttribute(ZERO, "Male", True))
    save(document)
    labels = [(s.label, s.is_done) for s in document.history(ONE)]
    document.close()

    document = opened(dataset)
    assert document.undo_label(ONE) == "Set layer nose"
    assert [(s.label, s.is_done) for s in document.history(ONE)] == labels
    for _ in range(3):
        document.undo(ONE)
    assert document.redo_label(ONE) == "Edit caption 1"
    save(document)
    document.undo(ZERO)
    save(document)
    assert tree(dataset) == before
    document.close()

    document = opened(dataset)
    document.redo(ONE)
    assert text(document) == "a"
    document.close()


def test_an_offer_never_takes_back_what_another_program_wrote(dataset: Path) -> None:
    document = opened(dataset)
    document.do(EditCaption(ONE, 0, "lost"))
    document.close()
    document = opened(dataset)
    document.do(EditCaption(ONE, 1, "new"))
    (dataset / "text/1.txt").write_bytes(b"theirs\nb\n")
    document.save()
    document.wait()
    document.reloading.resolve(ONE, "theirs")
    document.wait()
    assert text(document) == "theirs"
    with pytest.raises(InvalidEditError, match="edited since"):
        document.restore_edits(ONE)
    save(document)
    assert (dataset / "text/1.txt").read_bytes() == b"theirs\nb\n"
    document.close()


def test_files_changed_between_sessions_have_no_history_and_their_offer_is_a_conflict(dataset: Path) -> None:
    document = opened(dataset)
    document.do(EditCaption(ONE, 0, "never saved"))
    document.do(EditCaption(TWO, 0, "saved"))
    document.save([TWO])
    document.wait()
    document.close()
    for number in (1, 2):
        (dataset / f"text/{number}.txt").write_bytes(b"somebody else\n")
    document = opened(dataset)
    assert document.undo_label(TWO) is None
    (offer,) = document.recovered()
    assert offer.conflict == "text/1.txt was changed since; the edits belong to the file as it was"
    with pytest.raises(ConflictError, match="changed since"):
        document.restore_edits(ONE)
    assert text(document) == "somebody else"
    document.discard_edits(ONE)
    assert document.recovered() == ()
    document.close()


def test_offers_stay_while_the_sample_is_edited_anew_and_the_newest_comes_first(dataset: Path) -> None:
    document = opened(dataset)
    document.do(EditCaption(ONE, 0, "lost"))
    document.close()
    document = opened(dataset)
    document.do(EditCaption(ONE, 1, "new"))
    with pytest.raises(InvalidEditError, match="newer edits"):
        document.restore_edits(ONE)
    document.close()
    document = opened(dataset)
    document.discard_edits(TWO)
    document.restore_edits(ONE)
    captions = document.captions(ONE)
    assert captions is not None
    assert captions.texts[:2] == ("She smiles. ", "new")
    assert [(r.sample, r.conflict) for r in document.recovered()] == [(ONE, None)]
    save(document)
    document.restore_edits(ONE)
    assert text(document) == "lost"
    assert document.recovered() == ()
    document.close()


def test_discarded_edits_are_not_offered_again(dataset: Path) -> None:
    document = opened(dataset)
    document.do(EditCaption(ONE, 0, "unwanted"))
    document.close()
    document = opened(dataset)
    document.discard_edits(ONE)
    assert document.recovered() == ()
    document.close()
    document = opened(dataset)
    assert document.recovered() == ()
    assert text(document) == "She smiles. "
    document.close()


@pytest.mark.parametrize("damage", ["cut", "noise", "foreign", "trigger", "folder"])
def test_a_damaged_log_is_set_aside_and_a_new_one_begun(dataset: Path, damage: str) -> None:
    document = opened(dataset)
    for number in range(30):
        document.do(EditCaption(ONE, 0, str(number)))
    log = document.work.log
    document.close()
    if damage == "cut":
        log.write_bytes(log.read_bytes()[:5000])
    elif damage == "noise":
        log.write_bytes(os.urandom(20_000))
    elif damage == "folder":
        log.unlink()
        log.mkdir()
    else:
        database = sqlite3.connect(log)
        if damage == "foreign":
            database.execute("CREATE TABLE more(x)")
        else:
            database.execute("CREATE TRIGGER t AFTER INSERT ON steps BEGIN DELETE FROM trees; END")
        database.commit()
        database.close()
    document = opened(dataset)
    assert document.recovered() == ()
    document.do(EditCaption(ONE, 0, "after"))
    document.close()
    assert len(list(log.parent.glob("edits.sqlite.damaged-*"))) == 1
    assert any("set aside" in notice for notice in document.notices)
    assert [r.steps for r in opened(dataset).recovered()] == [1]


def test_damaged_rows_cost_a_step_not_the_session(dataset: Path) -> None:
    document = opened(dataset)
    document.do(EditCaption(ONE, 0, "a"))
    save(document)
    document.close()
    database = sqlite3.connect(document.work.log)
    database.execute("UPDATE steps SET payload=x'00'")
    database.commit()
    database.close()
    document = opened(dataset)
    assert document.undo_label(ONE) == "Edit caption 1"
    with pytest.raises(Exception, match="caption step is cut short"):
        document.undo(ONE)
    assert text(document) == "a"
    document.do(EditCaption(ONE, 0, "b"))
    document.undo(ONE)
    document.close()


def test_a_log_that_cannot_be_written_is_said_once_and_caught_up_later(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = opened(dataset)
    told: list[SaveEvent] = []
    document.subscribe_saves(told.append)

    def full(_path: Path) -> EditLog:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(recorder, "EditLog", full)
    document.do(EditCaption(ONE, 0, "a"))
    document.wait()
    document.do(EditCaption(ONE, 0, "b"))
    document.wait()
    assert [(e.sample, e.state) for e in told] == [("", SaveState.UNLOGGED)]
    assert "disk is full); edits are in memory only" in told[0].message
    assert text(document) == "b"
    monkeypatch.undo()
    document.do(EditCaption(ONE, 0, "c"))
    document.close()
    assert [r.steps for r in opened(dataset).recovered()] == [3]


def test_a_work_folder_removed_while_open_is_made_again_and_the_lost_log_is_said(dataset: Path) -> None:
    document = opened(dataset)
    told: list[SaveEvent] = []
    document.subscribe_saves(told.append)
    document.do(EditCaption(ONE, 0, "a"))
    save(document)
    for part in ("tmp", "objects", "journal"):
        shutil.rmtree(document.work.path / part)
    document.do(EditCaption(ONE, 0, "b"))
    save(document)
    assert document.is_logged
    shutil.rmtree(document.work.path)
    told.clear()
    document.do(EditCaption(ONE, 0, "c"))
    document.wait()
    assert [e.state for e in told] == [SaveState.UNLOGGED]
    assert "edits.sqlite was removed by another program; open the dataset again" in told[0].message
    assert not document.is_logged
    save(document)
    assert (dataset / "text/1.txt").read_bytes().startswith(b"c\n")
    document.close()


def test_a_save_on_a_disk_that_has_room_again_is_in_the_log_with_all_that_waited(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = opened(dataset)

    def full(_path: Path) -> EditLog:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(recorder, "EditLog", full)
        document.do(EditCaption(ONE, 0, "a"))
        document.wait()
    save(document)
    document._recorder.flush = lambda: None  # type: ignore[method-assign]  # kill -9 would not flush either
    document.close()
    again = opened(dataset)
    assert again.recovered() == ()
    assert again.undo_label(ONE) == "Edit caption 1"
    again.close()


def test_every_state_of_the_log_leads_somewhere(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a kill -9 finds is one of these: after every transaction each head is a step that is there."""
    transaction = EditLog.transaction
    seen: list[int] = []

    @contextmanager
    def checked(log: EditLog) -> Iterator[None]:
        with transaction(log):
            yield
        lost = "SELECT count(*) FROM trees WHERE head != root AND head NOT IN (SELECT id FROM steps)"
        seen.append(log._db.execute(lost).fetchone()[0])

    class OneByOne(deque):  # type: ignore[type-arg]
        """The writer as quick as it can be: every entry is a transaction of its own."""

        def __bool__(self) -> bool:
            return super().__len__() > 0 and not self.taken

        taken = False

        def popleft(self) -> object:
            self.taken = True
            return super().popleft()

    monkeypatch.setattr(EditLog, "transaction", checked)
    document = opened(dataset, DocumentSettings(merge_within_s=60))
    document._recorder._waiting = OneByOne()
    for typed in ("a", "ab", "abc", "She smiles. ", "d"):
        document.do(EditCaption(ONE, 0, typed))
        while len(document._recorder._waiting):
            document._recorder._waiting.taken = False  # type: ignore[attr-defined]
            document._recorder.settle()
        document._recorder._waiting.taken = False  # type: ignore[attr-defined]
    document.close()
    assert len(seen) > 5
    assert set(seen) == {0}


def test_steps_leave_memory_beyond_the_budget_and_come_back_from_the_log(dataset: Path) -> None:
    document = opened(dataset, DocumentSettings(history_bytes=2000, merge_within_s=0))
    before = document.mask(ONE)
    assert before is not None
    start = before.bits.copy()
    for x in range(20):
        stroke = document.begin_stroke(ONE, Operation(HAIR))
        stroke.cover(Rect(5 * x, 80, 4, 4), np.ones((4, 4), bool))
        stroke.commit()
    document.wait()
    steps = document._open[ONE].history
    assert steps is not None
    assert sum(node.delta is not None for node in steps.branch()) < 3
    for _ in range(20):
        document.undo(ONE)
    assert np.array_equal(before.bits, start)
    assert document.unsaved() == ()
    document.close()


def test_samples_without_unsaved_edits_leave_memory_and_keep_their_history(dataset: Path) -> None:
    document = opened(dataset, DocumentSettings(keep_open=1, merge_within_s=0))
    document.do(EditCaption(ZERO, 0, "saved"))
    save(document)
    document.do(EditCaption(ONE, 0, "unsaved"))
    document.open(TWO)
    assert not document.is_open(ZERO)
    assert document.is_open(ONE)
    assert document.undo_label(ZERO) == "Edit caption 1"
    document.undo(ZERO)
    assert text(document, ZERO) == "She smiles. "
    document.close()


def test_the_sample_somebody_looks_at_stays_in_memory(dataset: Path) -> None:
    document = opened(dataset, DocumentSettings(keep_open=1, merge_within_s=0))
    document.look_at(ZERO)
    for sample in (ZERO, ONE, TWO):
        document.open(sample)
    assert [sample for sample in (ZERO, ONE, TWO) if document.is_open(sample)] == [ZERO, TWO]
    document.look_at(TWO)
    document.open(ONE)
    assert [sample for sample in (ZERO, ONE, TWO) if document.is_open(sample)] == [ONE, TWO]
    document.close()


def test_old_and_surplus_steps_are_pruned_but_never_what_is_unsaved(dataset: Path) -> None:
    document = opened(dataset)
    for number in range(10):
        document.do(EditCaption(ZERO, 0, str(number)))
        document.do(EditCaption(ONE, 0, str(number)))
    document.save([ZERO])
    document.wait()
    document.close()
    log = EditLog(document.work.log)
    assert log.prune(days=30, max_bytes=10**9, keep_steps=3) == 0
    assert log.prune(days=30, max_bytes=0, keep_steps=3) == 7
    assert log.prune(days=0, max_bytes=10**9, keep_steps=2) == 1
    log.close()
    document = opened(dataset)
    assert [s.label for s in document.history(ZERO)] == ["Edit caption 1"] * 2
    document.undo(ZERO)
    document.undo(ZERO)
    assert (text(document, ZERO), document.undo_label(ZERO)) == ("7", None)
    document.restore_edits(ONE)
    assert (text(document), len(document.history(ONE))) == ("9", 10)
    document.close()


def test_pruning_keeps_the_step_that_the_files_hold(dataset: Path) -> None:
    document = opened(dataset)
    for number in range(10):
        document.do(EditCaption(ONE, 0, str(number)))
    for _ in range(7):
        document.undo(ONE)
    save(document)
    document.close()
    with closing(EditLog(document.work.log)) as log:
        assert log.prune(days=30, max_bytes=0, keep_steps=3) == 6
    document = opened(dataset)
    assert document.undo_label(ONE) == "Edit caption 1"
    document.undo(ONE)
    assert (text(document), document.undo_label(ONE), document.notices) == ("1", None, ())
    document.close()


def test_a_mask_that_was_emptied_and_saved_is_undone_after_a_restart(dataset: Path) -> None:
    for file in dataset.glob("masks/1_*"):
        file.unlink()
    before = tree(dataset)
    document = opened(dataset)
    document.do(NewMask(ONE, SHAPE))
    document.do(PaintLayer(ONE, "hat", CORNER))
    document.do(PaintLayer(ONE, "hat", np.zeros(SHAPE, bool)))
    save(document)
    document.close()
    document = opened(dataset)
    assert document.mask(ONE) is None
    document.undo(ONE)
    mask = document.mask(ONE)
    assert mask is not None
    assert np.array_equal(mask.layer("hat"), CORNER)
    document.undo(ONE)
    document.undo(ONE)
    assert document.mask(ONE) is None
    save(document)
    document.close()
    document = opened(dataset)
    document.redo(ONE)
    document.redo(ONE)
    save(document)
    assert sorted(p.name for p in dataset.glob("masks/1_*")) == ["1_hat.layer"]
    document.undo(ONE)
    save(document)
    document.close()
    assert tree(dataset) == before


def test_a_clock_that_was_set_back_does_not_mix_histories(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = opened(dataset)
    document.do(EditCaption(ONE, 0, "first"))
    save(document)
    document.close()
    monkeypatch.setattr(history, "_last_id", 0)
    monkeypatch.setattr(history.time, "time_ns", lambda: 1_000_000)
    document = opened(dataset)
    document.do(EditCaption(ONE, 0, "second"))
    save(document)
    document.close()
    (dataset / "text/1.txt").write_bytes(b"other\n")
    document = opened(dataset)
    document.do(EditCaption(ONE, 0, "third"))
    document.close()
    document = opened(dataset)
    assert [(r.sample, r.steps, r.conflict) for r in document.recovered()] == [(ONE, 1, None)]
    document.restore_edits(ONE)
    assert text(document) == "third"
    document.close()


@pytest.mark.parametrize(
    "poison",
    [
        "UPDATE trees SET head='x'",
        "UPDATE trees SET time='x'",
        "UPDATE stamps SET modality='x'",
        "UPDATE stamps SET path='../../etc/' || path",
        "UPDATE steps SET modality='x'",
        "UPDATE steps SET parent='x'",
        "UPDATE steps SET parent=id",
        "UPDATE steps SET time=x'00'",
        "DELETE FROM steps",
        "UPDATE trees SET sample='nobody'",
    ],
)
def test_poisoned_rows_never_stop_the_work(dataset: Path, poison: str) -> None:
    document = opened(dataset)
    document.do(EditCaption(ONE, 0, "a"))
    save(document)
    document.do(EditCaption(ONE, 0, "b"))
    document.close()
    database = sqlite3.connect(document.work.log)
    database.execute(poison)
    database.commit()
    database.close()
    document = opened(dataset)
    for offer in document.recovered():
        with pytest.raises(FaceDataError):
            document.restore_edits(offer.sample)
    document.undo_label(ONE)
    document.do(EditCaption(ONE, 1, "c"))
    save(document)
    with closing(EditLog(document.work.log)) as log, suppress(FaceDataError):
        log.prune(days=0, max_bytes=0, keep_steps=100)
    document.undo(ONE)
    assert text(document) == "a"
    document.close()


def test_two_windows_edit_different_samples_but_not_the_same(dataset: Path) -> None:
    process = child(
        dataset,
        """
        document.do(EditCaption("1", 0, "theirs"))
        document.wait()
        print("editing", flush=True)
        sys.stdin.readline()
        document.save()
        document.wait()
        print("saved", flush=True)
        sys.stdin.read()
        """,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "editing\n"
    document = opened(dataset)
    assert document.recovered() == ()
    why = "sample 1 is being edited in another window; close it there, then edit it here"
    assert document.read_only(ONE, Modality.CAPTIONS) == why
    with pytest.raises(ReadOnlyError, match="another window"):
        document.do(EditCaption(ONE, 0, "mine"))
    document.do(EditCaption(TWO, 0, "mine"))
    save(document)
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "saved\n"
    process.communicate()
    assert document.read_only(ONE, Modality.CAPTIONS) is None
    document.do(EditCaption(ONE, 1, "mine"))
    told: list[SaveEvent] = []
    document.subscribe_saves(told.append)
    document.save()
    document.wait()
    assert told[-1].state is SaveState.CONFLICT
    document.reloading.resolve(ONE, "theirs")
    assert text(document) == "theirs"
    document.close()


def test_a_dataset_being_saved_elsewhere_is_busy_and_says_by_whom(dataset: Path, tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with dataset_lock(lock) as is_locked:
        assert is_locked
        with pytest.raises(DatasetBusyError, match=f"process {os.getpid()} on "), dataset_lock(lock, timeout_s=0.05):
            pass
    with dataset_lock(lock, timeout_s=0):
        pass


def test_two_documents_in_one_process_respect_each_other(dataset: Path) -> None:
    one, other = opened(dataset), opened(dataset)
    one.do(EditCaption(ONE, 0, "x"))
    with pytest.raises(ReadOnlyError, match="another window"):
        other.begin_stroke(ONE, Operation(HAIR))
    one.close()
    other.begin_stroke(ONE, Operation(HAIR)).cancel()
    other.close()


def test_late_loads_do_not_bring_back_what_a_save_replaced(dataset: Path) -> None:
    from app.document.loading import load_sample

    document = opened(dataset)
    early_one, early_zero = load_sample(document.store, ONE), load_sample(document.store, ZERO)
    document.admit(early_one)
    document.do(EditCaption(ONE, 0, "x"))
    document.do(SetAttribute(ONE, "Male", True))
    save(document)
    document.admit(early_one)
    assert text(document) == "x"
    document.admit(early_zero)
    document.do(SetAttribute(ZERO, "Male", True))
    save(document)
    document.close()
