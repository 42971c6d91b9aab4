"""The file of review marks: durable, mergeable, shared by windows and programs, and never trusted."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.document import disk, growing_file, review_file
from app.document.changes import SaveEvent, SaveState
from app.document.document import Document
from app.document.edits import EditCaption
from app.document.mark_lines import MarkSamples
from app.faces.errors import FaceDataError
from app.faces.review import Review, ReviewState
from app.faces.sample import SampleId
from tests.document.plain_store import BY_HAND, MEMORY_DISK, PlainStore, make_dataset
from tests.document.test_sessions import child

ZERO, ONE, TWO = SampleId("0"), SampleId("1"), SampleId("2")
ALL = (ZERO, ONE, TWO)
ACCEPTED, REJECTED = ReviewState.ACCEPTED, ReviewState.REJECTED


def opened(dataset: Path) -> Document:
    return Document(PlainStore(dataset), settings=BY_HAND)


def review_path(dataset: Path) -> Path:
    return dataset / ".facewright/review.jsonl"


def line(name: str, at: float, samples: list[str] | None = None, **sets: object) -> bytes:
    fields = {"id": name, "at": at, "by": "me", "samples": samples or ["1"], "set": sets}
    return json.dumps(fields).encode() + b"\n"


def undoing(name: str, at: float, undoes: str) -> bytes:
    return json.dumps({"id": name, "at": at, "by": "me", "undoes": undoes}).encode() + b"\n"


def written(dataset: Path, data: bytes) -> Path:
    path = review_path(dataset)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def states(document: Document) -> dict[str, str]:
    return {sample: review.state.value for sample, review in document.marks.reviews().items()}


def test_a_mark_is_on_disk_at_once_and_survives_kill_9(dataset: Path) -> None:
    process = child(
        dataset,
        """
        import time
        from app.document.mark_lines import MarkSamples
        from app.faces.review import ReviewState
        document.do(MarkSamples(["0", "1"], ReviewState.ACCEPTED))
        time.sleep(0.25)
        print("marked", flush=True)
        sys.stdin.read()
        """,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "marked\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert states(opened(dataset)) == {"0": "accepted", "1": "accepted"}


def test_what_is_torn_or_strange_stays_does_not_count_and_is_said(dataset: Path) -> None:
    data = (
        b"\xef\xbb\xbf" + line("a", 1, state="accepted")
        + b"<<<<<<< mine\n"
        + line("b", 2, ["0"], state="rejected").replace(b"\n", b"\r\n")
        + b"\n"
        + line("c", 3, ["2"], state="pending")[:40]
    )  # fmt: skip
    path = written(dataset, data)
    document = opened(dataset)
    assert states(document) == {"0": "rejected", "1": "accepted"}
    assert document.notices == (
        "review.jsonl has 2 lines that cannot be read; they are left as they are and do not count",
    )
    document.do(MarkSamples((TWO,), ACCEPTED))
    document.wait()
    assert path.read_bytes().startswith(data + b"\n")
    again = opened(dataset)
    assert states(again) == {"0": "rejected", "1": "accepted", "2": "accepted"}
    assert again.notices == document.notices


def test_files_of_two_people_are_merged_by_putting_one_behind_the_other(dataset: Path) -> None:
    mine = line("a", 10, state="accepted") + line("b", 30, ["1", "2"], add_tags=["mine"])[:-1]
    theirs = line("c", 20, ["1", "0"], state="rejected", add_tags=["theirs"]) + undoing("d", 40, "b")
    outcomes = []
    for data in (mine + theirs, theirs + mine, mine + b"\n" + theirs + mine):
        written(dataset, data)
        outcomes.append(opened(dataset).marks.reviews())
    assert outcomes == [{ZERO: Review(REJECTED, ("theirs",)), ONE: Review(REJECTED, ("theirs",))}] * 3


def test_an_undo_counts_whatever_the_clocks_say_and_wherever_its_line_stands(dataset: Path) -> None:
    written(
        dataset, undoing("u", 5, "a") + line("a", 1000, state="accepted") + undoing("x", 1, "y") + undoing("y", 1, "x")
    )
    document = opened(dataset)
    assert states(document) == {}
    assert document.redo_label(ONE) == "Accept"
    document.redo(ONE)
    assert states(document) == {"1": "accepted"}


def test_a_mark_wins_over_one_from_a_clock_that_is_ahead(dataset: Path) -> None:
    ahead = time.time() + 5000
    written(dataset, line("a", ahead, state="accepted"))
    document = opened(dataset)
    document.do(EditCaption(ONE, 0, "x"))
    document.do(MarkSamples((ONE,), REJECTED))
    assert [step.label for step in document.history(ONE)] == ["Accept", "Edit caption 1", "Reject"]
    document.close()
    reopened = opened(dataset)
    assert states(reopened) == {"1": "rejected"}
    assert reopened.undo_label(ONE) == "Reject"


DEEP = b'{"id":"a","at":1,"samples":' + b"[" * 200_000 + b"]" * 200_000 + b"}\n"
HOSTILE = {
    "deep": DEEP,
    "deep set": DEEP.replace(b"samples", b"set"),
    "no object": b'[]\n1\nnull\n"x"\ntrue\n',
    "no id": b'{"at":1,"samples":["1"],"set":{"state":"accepted"}}\n',
    "types": b"".join(
        json.dumps({"id": "a", "at": 1, "samples": ["1"], "set": {"state": "accepted"}} | wrong).encode() + b"\n"
        for wrong in (
            {"id": 1}, {"id": ""}, {"id": "x" * 201}, {"at": "1"}, {"at": True}, {"at": -1}, {"at": 1e300},
            {"at": None}, {"by": 7}, {"samples": "1"}, {"samples": []}, {"samples": [1]}, {"samples": [""]},
            {"samples": {"1": 1}}, {"set": {}}, {"set": []}, {"set": {"state": "great"}}, {"undoes": "b"},
            {"set": {"state": ["accepted"]}}, {"set": {"note": 5}}, {"set": {"note": "x" * 20_001}},
            {"set": {"add_tags": "abc"}}, {"set": {"add_tags": [" a"]}}, {"set": {"add_tags": ["a\nb"]}},
            {"set": {"add_tags": ["a"] * 101}}, {"set": {"add_tags": []}}, {"set": {"later": 1}},
            {"set": {"dismiss": "abc"}}, {"set": {"dismiss": ["a b"]}}, {"set": {"recall": [1]}},
            {"set": {"recall": []}}, {"set": {"dismiss": ["a"] * 101}},
        )
    ),
    "numbers": b'{"id":"a","at":NaN,"samples":["1"],"set":{"state":"accepted"}}\n'
    b'{"id":"a","at":1' + b"0" * 5000 + b',"samples":["1"],"set":{"state":"accepted"}}\n',
    "no text": bytes(range(256)) * 50,
    "undoes": b'{"id":"a","at":1,"undoes":5}\n{"id":"b","at":1,"undoes":"b"}\n{"id":"c","at":1,"undoes":null}\n',
    "nul": b"\0" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_marks_nothing_and_stops_nothing(dataset: Path, data: bytes) -> None:
    path = written(dataset, data)
    document = opened(dataset)
    assert document.marks.reviews() == {}
    document.do(MarkSamples((ONE,), ACCEPTED))
    document.close()
    assert path.read_bytes().startswith(data)
    assert states(opened(dataset)) == {"1": "accepted"}


def test_marks_of_samples_that_are_not_in_the_dataset_are_kept_and_not_shown(dataset: Path) -> None:
    path = written(dataset, line("a", 1, ["99", "1"], state="accepted"))
    document = opened(dataset)
    told: list[tuple[SampleId, ...]] = []
    document.marks.subscribe(told.append)
    assert states(document) == {"1": "accepted"}
    assert document.undo_scope(ONE) == (ONE,)
    document.undo(ONE)
    assert told == [(ONE,)]
    document.wait()
    assert path.read_bytes().startswith(line("a", 1, ["99", "1"], state="accepted"))
    (dataset / "photos/99.jpg").write_bytes(b"photo")
    document.redo(ONE)
    document.store.adopt(document.store.rescanned())
    assert states(document) == {"1": "accepted", "99": "accepted"}


def test_lines_that_never_end_are_passed_over_in_pieces(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_file, "MAX_LINE", 1000)
    endless = b'{"id":"a","note":"' + b"x" * 10_000
    written(dataset, endless + b"\n" + line("b", 1, state="accepted") + endless)
    document = opened(dataset)
    assert states(document) == {"1": "accepted"}
    assert "2 lines" in document.notices[0]
    document.marks.look()
    with review_path(dataset).open("ab") as file:
        file.write(b"\n" + line("c", 2, state="rejected"))
    document.marks.look()
    document.wait()
    assert states(document) == {"1": "rejected"}


def test_a_giant_is_not_read_and_not_written_into(dataset: Path) -> None:
    path = written(dataset, line("a", 1, state="accepted"))
    os.truncate(path, review_file.MAX_FILE + 1)
    document = opened(dataset)
    assert "put it aside" in document.notices[0]
    document.do(MarkSamples((ONE,), ACCEPTED))
    document.wait()
    assert "review.jsonl has 256,000,001 bytes" in (document.marks.trouble or "")
    assert path.stat().st_size == review_file.MAX_FILE + 1
    path.unlink()
    document.close()
    assert states(opened(dataset)) == {"1": "accepted"}


@pytest.mark.parametrize("when", ["before", "while open"])
@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_a_link_or_device_in_its_place_is_set_aside_and_never_written_through(
    dataset: Path, tmp_path: Path, kind: str, when: str
) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(line("a", 1, state="rejected"))
    path = review_path(dataset)
    path.parent.mkdir()
    document = opened(dataset)
    if when == "while open":
        document.do(MarkSamples((ZERO,), ACCEPTED))
        document.wait()
        path.unlink()
    {"link": lambda: path.symlink_to(precious), "fifo": lambda: os.mkfifo(path), "folder": path.mkdir}[kind]()
    if when == "before":
        document = opened(dataset)
    document.marks.look()
    document.do(MarkSamples((ONE,), ACCEPTED))
    document.close()
    assert precious.read_bytes() == line("a", 1, state="rejected")
    expected = {"1": "accepted"} | ({"0": "accepted"} if when == "while open" else {})
    assert states(opened(dataset)) == expected
    assert any("set aside" in notice for notice in document.notices)


@pytest.mark.parametrize("how", ["deleted", "older", "rewritten in place"])
def test_a_file_replaced_while_open_loses_no_mark_and_gains_the_new_ones(dataset: Path, how: str) -> None:
    document = opened(dataset)
    document.do(MarkSamples((ZERO,), ACCEPTED))
    document.do(MarkSamples((ONE,), ACCEPTED))
    document.wait()
    path = review_path(dataset)
    theirs = line("t", 1, ["2"], state="rejected")
    older = path.read_bytes().splitlines(keepends=True)[0] + theirs
    if how == "rewritten in place":
        path.write_bytes(b"# a heading that somebody wrote by hand, longer than it was before\n" * 20 + older)
    else:
        path.unlink()
        if how == "older":
            path.write_bytes(older)
    document.marks.look()
    document.wait()
    everything = {"0": "accepted", "1": "accepted"} | ({} if how == "deleted" else {"2": "rejected"})
    assert states(document) == everything
    assert "was replaced or removed by another program" in document.notices[-1]
    document.do(MarkSamples((ONE,), add_tags=["t"]))
    document.wait()
    assert not any("replaced" in notice for notice in document.notices)
    assert states(opened(dataset)) == everything
    document.marks.look()
    document.wait()
    size = path.stat().st_size
    document.close()
    assert path.stat().st_size == size


def test_on_a_full_disk_marks_wait_in_memory_and_are_written_when_there_is_room(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = opened(dataset)
    document.do(MarkSamples((ZERO,), ACCEPTED))
    document.wait()
    events: list[SaveEvent] = []
    document.subscribe_saves(events.append)
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if bytes(data[:1]) == b"{":
            return write(descriptor, data[:20])
        raise OSError(errno.ENOSPC, "No space left on device")

    other = opened(dataset)
    other.do(MarkSamples((TWO,), add_tags=["theirs"]))
    other.close()
    before = review_path(dataset).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(disk.os, "write", full)
        document.do(MarkSamples((ONE,), ACCEPTED))
        document.do(MarkSamples((TWO,), ACCEPTED))
        document.undo(TWO)
        document.wait()
        document.marks.look()
        document.wait()
    assert states(document)["1"] == "accepted"
    assert [(e.sample, e.state) for e in events] == [("", SaveState.UNLOGGED)]
    assert "No space left on device" in events[0].message
    assert document.marks.trouble == events[0].message
    assert review_path(dataset).read_bytes() == before
    document.marks.look()
    document.wait()
    assert document.marks.trouble is None
    assert document.marks.review(TWO) == Review(tags=("theirs",))
    assert opened(dataset).marks.reviews() == document.marks.reviews()
    assert len(review_path(dataset).read_bytes().splitlines()) == 5


def test_marks_in_memory_only_are_tried_again_at_the_end(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = opened(dataset)
    with monkeypatch.context() as patch:
        patch.setattr(disk, "append", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "bad disk")))
        document.do(MarkSamples((ONE,), ACCEPTED))
        document.wait()
    document.close()
    assert states(opened(dataset)) == {"1": "accepted"}


def test_two_windows_mark_at_once_and_each_sees_the_others_marks_after_a_look(dataset: Path) -> None:
    one, other = opened(dataset), opened(dataset)
    told: list[tuple[SampleId, ...]] = []
    other.marks.subscribe(told.append)
    for number in range(20):
        one.do(MarkSamples((ZERO,), add_tags=[f"one{number}"]))
        other.do(MarkSamples((ONE,), add_tags=[f"other{number}"]))
    one.do(MarkSamples((ZERO,), ACCEPTED))
    one.wait()
    other.wait()
    for document in (one, other):
        document.marks.look()
        document.wait()
    assert one.marks.reviews() == other.marks.reviews() == opened(dataset).marks.reviews()
    assert len(one.marks.review(ONE).tags) == len(one.marks.review(ZERO).tags) == 20
    assert (ZERO,) in told
    assert other.undo_label(ZERO) == "Accept"
    other.undo(ZERO)
    other.wait()
    one.marks.look()
    one.wait()
    assert one.marks.review(ZERO).state is ReviewState.NONE
    assert one.redo_label(ZERO) == "Accept"


def test_a_dataset_that_cannot_be_written_keeps_marks_outside_and_brings_them_home(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    written(dataset, line("a", 1, ["0"], state="rejected"))
    access = os.access
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, mode: not Path(path).is_relative_to(dataset) and access(path, mode))
        document = opened(dataset)
        assert states(document) == {"0": "rejected"}
        document.do(MarkSamples((ONE,), ACCEPTED))
        document.undo(ZERO)
        document.close()
        assert states(opened(dataset)) == {"1": "accepted"}
    assert review_path(dataset).read_bytes() == line("a", 1, ["0"], state="rejected")
    document = opened(dataset)
    assert states(document) == {"1": "accepted"}
    assert len(review_path(dataset).read_bytes().splitlines()) == 3
    document.close()
    shutil.rmtree(tmp_path / "state")
    assert states(opened(dataset)) == {"1": "accepted"}


def test_looking_makes_no_file(dataset: Path) -> None:
    document = opened(dataset)
    document.marks.look()
    document.marks.reviews()
    document.undo_label(ONE)
    document.close()
    assert not (dataset / ".facewright").exists()


def test_a_name_used_twice_means_the_same_to_everybody(dataset: Path) -> None:
    pieces = [line("a", 1, state="accepted"), line("a", 1, state="rejected"), line("b", 2, add_tags=["t"])]
    outcomes = []
    for _ in range(6):
        random.shuffle(pieces)
        written(dataset, b"".join(pieces))
        outcomes.append(opened(dataset).marks.reviews())
    assert outcomes == [{ONE: Review(ACCEPTED, ("t",))}] * 6


def test_a_long_file_is_read_quickly(dataset: Path) -> None:
    written(dataset, b"".join(line(f"{n:06}", n, [str(n)], state="accepted") for n in range(30_000)))
    start = time.process_time()
    opened(dataset)
    assert time.process_time() - start < 1.5


def test_a_change_of_one_line_among_thousands_reads_that_line_only(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = opened(dataset)
    for number in range(5):
        document.do(MarkSamples((ONE,), add_tags=[str(number)]))
    document.wait()
    document.marks.look()
    document.wait()
    heard: list[bytes] = []
    read = growing_file.GrowingFile.read

    def listening(self: growing_file.GrowingFile, path: Path, take: Callable[[int, bytes], None]) -> bool:
        return read(self, path, lambda at, data: (heard.append(data), take(at, data))[1])

    monkeypatch.setattr(growing_file.GrowingFile, "read", listening)
    with review_path(dataset).open("ab") as file:
        file.write(line("new", 1, ["2"], state="rejected"))
    document.marks.look()
    document.wait()
    assert heard == [line("new", 1, ["2"], state="rejected")]
    assert document.marks.review(TWO) == Review(REJECTED)


STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["mark", "mark", "mark", "undo", "redo", "look", "undo_marks"]),
        st.sets(st.sampled_from(ALL), min_size=1).map(lambda s: tuple(sorted(s))),
        st.builds(
            dict,
            state=st.sampled_from([None, *ReviewState]),
            add_tags=st.sets(st.sampled_from("abc"), max_size=2).map(sorted),
            remove_tags=st.sets(st.sampled_from("abc"), max_size=2).map(sorted),
            note=st.sampled_from([None, None, "", "x", "y"]),
            dismiss=st.sets(st.sampled_from("fgh"), max_size=2).map(sorted),
            recall=st.sets(st.sampled_from("fgh"), max_size=1).map(sorted),
        ),
    ),
    max_size=25,
)


@settings(max_examples=int(os.environ.get("FACEWRIGHT_SESSIONS", "40")), deadline=None)
@example(
    steps=[
        (0, "mark", (ONE,), {"state": None, "add_tags": ["a"], "remove_tags": [], "note": None}),
        (0, "mark", (ONE,), {"state": None, "add_tags": [], "remove_tags": ["a"], "note": None}),
        (0, "undo_marks", (ONE,), {}),
        (0, "undo", (ONE,), {}),
    ],
    apart=False,
)
@given(steps=STEPS, apart=st.booleans())
def test_whoever_has_the_same_lines_sees_the_same_marks(steps: list[tuple], apart: bool) -> None:
    """Two documents, on one folder or on two copies that are merged by joining the files, in either order."""
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        roots = [make_dataset(Path(folder) / "one")]
        roots.append(make_dataset(Path(folder) / "other") if apart else roots[0])
        documents = [opened(root) for root in roots]
        for who, what, samples, change in steps:
            act(documents[who], what, samples, change)
        for document in documents:
            document.wait()
        files = [review_path(root).read_bytes() if review_path(root).exists() else b"" for root in roots]
        if apart:
            for number, root in enumerate(roots):
                with_tail = files[number] + files[1 - number]
                if with_tail:
                    written(root, with_tail)
        for document in documents:
            document.marks.look()
            document.wait()
        fresh = [opened(root) for root in roots]
        seen = [document.marks.reviews() for document in (*documents, *fresh)]
        assert seen == [seen[0]] * 4
        for document in (*documents, *fresh):
            document.close()


def act(document: Document, what: str, samples: tuple[SampleId, ...], change: dict[str, object]) -> None:
    sample = samples[0]
    before = document.marks.reviews()
    if what == "mark":
        step = document.do(MarkSamples(samples, **change))  # type: ignore[arg-type]
        assert (step is None) == (document.marks.reviews() == before)
        if step is not None:
            changed = [s for s in samples if document.marks.review(s) != before.get(s, Review())]
            after = document.marks.reviews()
            assert document.undo_scope(changed[0]) == tuple(changed)
            document.undo(changed[0])
            assert document.marks.reviews() == before
            document.redo(changed[0])
            assert document.marks.reviews() == after
    elif what == "look":
        document.marks.look()
        document.wait()
    elif what == "undo_marks":
        for step in document.history(sample)[:1]:
            document.marks.take_back(step.id)
    else:
        steps = document.history(sample)
        done = sum(step.is_done for step in steps)
        document.undo(sample) if what == "undo" else document.redo(sample)
        moved = -1 if what == "undo" else 1
        assert 0 <= done <= len(steps)
        after = document.history(sample)
        expected = min(max(done + moved, 0), len(steps))
        assert sum(step.is_done for step in after) == expected
        assert [step.label for step in after] == [step.label for step in steps]


def test_senseless_marks_leave_no_line(dataset: Path) -> None:
    document = opened(dataset)
    with pytest.raises(FaceDataError):
        document.do(MarkSamples((ONE,), add_tags=[""]))
    document.close()
    assert not review_path(dataset).exists()
