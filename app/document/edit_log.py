"""The edit log: every finished edit of every sample, in ``edits.sqlite``, durable before the files change.

It is the undo history of later sessions and what brings unsaved edits back after a crash. A *tree* is the history of
one sample over one state of its files (``stamps``); its ``head`` is where the values stood, ``saved`` what the files
held. A rollback journal, not WAL: it works on network disks too, and a commit costs a few milliseconds on a thread that
nobody waits for. The file lies in a folder that others may have written: its schema is compared before use, its rows
are checked, and a file that is damaged is set aside and a new one begun.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.document.deltas import DELTAS, Delta
from app.document.history import History, Node
from app.document.logged import LoggedStep, LoggedTree, Stamps, ancestors, history_of
from app.faces.errors import DamagedFileError, FaceDataError
from app.faces.sample import Modality, SampleId

SCHEMA = (
    """CREATE TABLE trees(
        sample TEXT NOT NULL, root INTEGER NOT NULL, head INTEGER NOT NULL, saved INTEGER NOT NULL, offered INTEGER,
        session INTEGER NOT NULL, time REAL NOT NULL, PRIMARY KEY(sample, root)) WITHOUT ROWID""",
    """CREATE TABLE stamps(
        sample TEXT NOT NULL, root INTEGER NOT NULL, modality TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT,
        PRIMARY KEY(sample, root, modality, path)) WITHOUT ROWID""",
    """CREATE TABLE steps(
        sample TEXT NOT NULL, id INTEGER NOT NULL, root INTEGER NOT NULL, parent INTEGER NOT NULL,
        modality TEXT NOT NULL, label TEXT NOT NULL, time REAL NOT NULL, payload BLOB NOT NULL,
        PRIMARY KEY(sample, id))""",
    "CREATE INDEX steps_by_id ON steps(id, sample)",
)
_FIRST_SCHEMA = SCHEMA[:3]
"""Of logs that were made before bulk edits were looked up."""
_APPLICATION = 0x46577267  # "FWrg"
_VERSION = 1
_COPIED = (
    ("SELECT * FROM trees", "INSERT OR IGNORE INTO trees VALUES(?, ?, ?, ?, ?, ?, ?)"),
    ("SELECT * FROM stamps", "INSERT OR IGNORE INTO stamps VALUES(?, ?, ?, ?, ?)"),
    ("SELECT * FROM steps", "INSERT OR IGNORE INTO steps VALUES(?, ?, ?, ?, ?, ?, ?, ?)"),
)
_MAX_STEPS = 100_000
_MAX_PAYLOAD = 100_000_000

_log = logging.getLogger(__name__)


class EditLog:
    """One connection, shared by the writer's thread and the document's under a lock. Raises DamagedFileError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        if path.is_symlink() or (path.exists() and not stat.S_ISREG(path.stat().st_mode)):
            raise DamagedFileError(f"{path.name} is no regular file")
        try:
            self._db = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise DamagedFileError(f"{path.name} cannot be opened: {error}") from error
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._db.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise DamagedFileError(f"{path.name}: {error}") from error
        except DamagedFileError:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_PAYLOAD)
        self._db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "temp_store=MEMORY"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("PRAGMA journal_mode=TRUNCATE")
        if not self.path.stat().st_size:
            self._db.execute("PRAGMA auto_vacuum=INCREMENTAL")
        self._db.execute("PRAGMA synchronous=FULL")
        with self.transaction():
            found = [row[0] for row in self._db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
            if not found:
                for statement in SCHEMA:
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA application_id={_APPLICATION}")
                self._db.execute(f"PRAGMA user_version={_VERSION}")
            elif sorted(found) == sorted(_FIRST_SCHEMA):
                self._db.execute(SCHEMA[3])
            elif sorted(found) != sorted(SCHEMA):
                raise DamagedFileError(f"{self.path.name} is not an edit log of this program")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is in the log when this returns, or nothing is."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        """No more use."""
        with self._lock:
            self._db.close()

    # writing, inside a transaction

    def begin(self, sample: SampleId, root: int, stamps: Stamps, session: int) -> None:
        """A new tree over files with these hashes."""
        self._db.execute(
            "INSERT OR IGNORE INTO trees VALUES(?, ?, ?, ?, NULL, ?, ?)",
            (sample, root, root, root, session, time.time()),
        )
        self.set_stamps(sample, root, stamps)

    def add(self, sample: SampleId, root: int, node: Node, delta: Delta) -> None:
        """A finished step."""
        assert node.parent is not None
        self._db.execute(
            "INSERT OR REPLACE INTO steps VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (
                sample, node.id, root, node.parent.id,
                delta.modality.value, node.label[:500], node.time, delta.to_payload(),
            ),
        )  # fmt: skip

    def drop(self, sample: SampleId, step: int) -> None:
        """A step that another one replaced."""
        self._db.execute("DELETE FROM steps WHERE sample=? AND id=?", (sample, step))

    def move(self, sample: SampleId, root: int, head: int, session: int) -> None:
        """The values stand at ``head``. What an earlier session left unsaved stays on offer."""
        self._db.execute(
            "UPDATE trees SET offered = CASE WHEN session != ?1 AND head != saved AND head != ?2 THEN head"
            " ELSE offered END, head=?2, session=?1, time=?3 WHERE sample=?4 AND root=?5",
            (session, head, time.time(), sample, root),
        )

    def save_finished(
        self,
        sample: SampleId,
        root: int,
        step: int,
        hashes: Mapping[str, str | None],
        sketches: Collection[str] = (),
    ) -> None:
        """The files hold what the values were at ``step``; those that were written have new hashes.

        Among those that are new are class files of masks and ``sketches``: only the former bind a history to its files.
        """
        self._db.execute("UPDATE trees SET saved=? WHERE sample=? AND root=?", (step, sample, root))
        for path, digest in hashes.items():
            known = self._db.execute(
                "UPDATE stamps SET sha256=? WHERE sample=? AND root=? AND path=?", (digest, sample, root, _stored(path))
            ).rowcount
            if not known:
                modality = Modality.SKETCH if path in sketches else Modality.MASK
                row = (sample, root, modality.value, _stored(path), digest)
                self._db.execute("INSERT INTO stamps VALUES(?, ?, ?, ?, ?)", row)

    def set_stamps(self, sample: SampleId, root: int, stamps: Stamps) -> None:
        """The files that belong to ``saved`` have these hashes, after they were read again."""
        self._db.execute("DELETE FROM stamps WHERE sample=? AND root=?", (sample, root))
        self._db.executemany(
            "INSERT INTO stamps VALUES(?, ?, ?, ?, ?)",
            [
                (sample, root, modality.value, _stored(path), digest)
                for modality, files in stamps.items()
                for path, digest in files.items()
            ],
        )

    def accept(self, sample: SampleId, root: int, step: int, session: int) -> None:
        """What was on offer, up to ``step``, is back in the document; an older offer, if there is one, stays."""
        self._db.execute(
            "UPDATE trees SET offered = CASE WHEN offered != ?1 THEN offered END, head=?1, session=?2"
            " WHERE sample=?3 AND root=?4",
            (step, session, sample, root),
        )

    def discard(self, sample: SampleId, root: int, session: int) -> None:
        """What was on offer is not wanted; its steps stay until they are pruned."""
        self._db.execute(
            "UPDATE trees SET head = CASE WHEN session != ?1 THEN saved ELSE head END, offered=NULL"
            " WHERE sample=?2 AND root=?3",
            (session, sample, root),
        )

    def adopt(self, other: EditLog) -> None:
        """What another log of the same dataset knows is in this one too."""
        with other._reading():
            for question, answer in _COPIED:
                self._db.executemany(answer, other._db.execute(question))

    def prune(self, *, days: float, max_bytes: int, keep_steps: int) -> int:
        """Delete steps older than ``days`` or beyond ``max_bytes``, oldest first; returns how many.

        The newest ``keep_steps`` of every sample stay, and whatever leads to an unsaved head. Only samples with more
        steps are looked at, and the log is never held for long: edits go on being written meanwhile.
        """
        oldest = time.time() - days * 86_400
        with self._reading():
            surplus = self._size() - max_bytes
            counted = "SELECT sample FROM steps GROUP BY sample HAVING count(*) > ?"
            samples = [row[0] for row in self._db.execute(counted, (keep_steps,))]
        spare: list[tuple[int, float, int, str]] = []
        for sample in samples:
            with self._reading():
                spare += self._spare_steps(sample, keep_steps)
        doomed = []
        for step, when, size, sample in sorted(spare):
            if when < oldest or surplus > 0:
                doomed.append((sample, step))
                surplus -= size
        for start in range(0, len(doomed), 500):
            with self.transaction():
                self._db.executemany("DELETE FROM steps WHERE sample=? AND id=?", doomed[start : start + 500])
        with self.transaction():
            self._drop_empty_trees(oldest)
        if doomed:
            with self._lock:
                self._db.execute("PRAGMA incremental_vacuum(2000)").fetchall()
        return len(doomed)

    def _size(self) -> int:
        pages, free, size = (
            self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def _spare_steps(self, sample: str, keep_steps: int) -> list[tuple[int, float, int, str]]:
        needed: set[int] = set()
        for root, head, saved, offered in self._db.execute(
            "SELECT root, head, saved, offered FROM trees WHERE sample=?", (sample,)
        ).fetchall():
            needed |= {head, saved}  # without them the tree leads nowhere
            if head != saved or offered is not None:
                rows = self._db.execute("SELECT id, parent FROM steps WHERE sample=? AND root=?", (sample, root))
                parents = dict(rows.fetchall())
                needed |= ancestors(head, parents) | ancestors(saved, parents) | ancestors(offered, parents)
        spare = self._db.execute(
            "SELECT id, time, length(payload) FROM steps WHERE sample=? ORDER BY id DESC LIMIT -1 OFFSET ?",
            (sample, keep_steps),
        ).fetchall()
        return [(int(step), float(when), int(size), sample) for step, when, size in spare if step not in needed]

    def _drop_empty_trees(self, oldest: float) -> None:
        empty = self._db.execute(
            "SELECT sample, root FROM trees WHERE time < ? AND NOT EXISTS"
            " (SELECT 1 FROM steps WHERE steps.sample=trees.sample AND steps.root=trees.root) LIMIT 1000",
            (oldest,),
        ).fetchall()
        self._db.executemany("DELETE FROM trees WHERE sample=? AND root=?", empty)
        self._db.executemany("DELETE FROM stamps WHERE sample=? AND root=?", empty)

    # reading

    def unsaved_trees(self, session: int) -> list[LoggedTree]:
        """What earlier sessions left unsaved; ``head`` is the step they stood at. Newest tree of a sample first."""
        return self._trees(
            "SELECT sample, root, CASE WHEN session != ?1 AND head != saved THEN head ELSE offered END, saved, time"
            " FROM trees WHERE offered IS NOT NULL OR (head != saved AND session != ?1) ORDER BY root DESC",
            (session,),
        )

    def latest_tree(self, sample: SampleId) -> LoggedTree | None:
        """The newest tree of a sample, if there is one."""
        found = self._trees(
            "SELECT sample, root, head, saved, time FROM trees WHERE sample=? ORDER BY root DESC LIMIT 1", (sample,)
        )
        return found[0] if found else None

    def _trees(self, question: str, parameters: tuple[Any, ...]) -> list[LoggedTree]:
        with self._reading():
            rows = self._db.execute(question, parameters).fetchall()
            trees = []
            for sample, root, at, saved, when in rows:
                try:
                    stamps = self._stamps(sample, root)
                    trees.append(LoggedTree(SampleId(str(sample)), int(root), int(at), int(saved), float(when), stamps))
                except (ValueError, TypeError) as error:
                    # One bad row must not hide what other samples have to offer.
                    _log.warning("edit log: a tree that makes no sense is left out: %s", error)
            return trees

    def _stamps(self, sample: str, root: int) -> Stamps:
        stamps: dict[Modality, dict[str, str | None]] = {}
        for modality, path, digest in self._db.execute(
            "SELECT modality, path, sha256 FROM stamps WHERE sample=? AND root=?", (sample, root)
        ):
            name = os.fsdecode(path) if isinstance(path, bytes) else str(path)
            stamps.setdefault(Modality(modality), {})[name] = None if digest is None else str(digest)
        return stamps

    def newest_id(self, sample: SampleId) -> int:
        """The largest id the sample has: ids of a new tree lie above it, whatever the clock says now."""
        with self._reading():
            found = self._db.execute(
                "SELECT max((SELECT coalesce(max(root), 0) FROM trees WHERE sample=?1),"
                " (SELECT coalesce(max(id), 0) FROM steps WHERE sample=?1))",
                (sample,),
            ).fetchone()
            return int(found[0])

    def newest_step(self) -> int:
        """The largest id in the log: those of a bulk edit lie above all, whatever the clock says now."""
        with self._reading():
            found = self._db.execute(
                "SELECT max((SELECT coalesce(max(id), 0) FROM steps), (SELECT coalesce(max(root), 0) FROM trees))"
            ).fetchone()
            return int(found[0])

    def sharing(self, step: int) -> list[tuple[SampleId, int, int]]:
        """The samples in whose newest tree this step is, with the step before it there and the one that was saved."""
        with self._reading():
            rows = self._db.execute(
                "SELECT steps.sample, steps.parent, trees.saved FROM steps JOIN trees USING(sample, root)"
                " WHERE steps.id=? AND root=(SELECT max(root) FROM trees AS t WHERE t.sample=steps.sample)"
                " ORDER BY steps.rowid",
                (step,),
            ).fetchall()
            return [(SampleId(str(sample)), int(parent), int(saved)) for sample, parent, saved in rows]

    def newest(self, limit: int, session: int) -> tuple[LoggedStep, ...]:
        """The steps that were written last, of all samples, newest first; a bulk edit is one step.

        Done are those of the values as they are: what another session left unsaved is not, unless it was restored.
        """
        with self._reading():
            # Rows are numbered as they are written: the last ones are found without looking at the others.
            cursor = self._db.execute(
                "SELECT sample, id, root, parent, modality, label, time FROM steps ORDER BY rowid DESC"
            )
            found: dict[int, tuple[Any, ...]] = {}
            for row in cursor:
                if row[1] not in found and len(found) == limit:
                    break
                found.setdefault(row[1], row)
            cursor.close()
            rows = list(found.values())
            marks = ", ".join("?" * len(rows))
            samples = dict(
                self._db.execute(f"SELECT id, count(*) FROM steps WHERE id IN ({marks}) GROUP BY id", tuple(found))  # noqa: S608 - question marks
            )
            oldest: dict[tuple[str, int], int] = {}
            for sample, step, root, *_ in rows:
                oldest[sample, root] = min(int(step), oldest.get((sample, root), int(step)))
            done = {key: self._done_since(*key, step, session) for key, step in oldest.items()}
            return tuple(
                LoggedStep(
                    SampleId(str(sample)), int(step), 0 if parent == root else int(parent), Modality(modality),
                    str(label), float(when), step in done[sample, root], samples[step],
                )
                for sample, step, root, parent, modality, label, when in rows
            )  # fmt: skip

    def _done_since(self, sample: str, root: int, oldest: int, session: int) -> set[int]:
        """The steps from ``oldest`` on that lead to where the values of a tree stand."""
        row = self._db.execute(
            "SELECT CASE WHEN session = ? THEN head ELSE saved END FROM trees WHERE sample=? AND root=?",
            (session, sample, root),
        ).fetchone()
        found = self._db.execute(
            "SELECT id, parent FROM steps WHERE sample=? AND root=? AND id>=?", (sample, root, oldest)
        ).fetchall()
        return set() if row is None else ancestors(int(row[0]), dict(found))

    def load(self, tree: LoggedTree) -> History:
        """The history as a tree of nodes whose differences are still in the log. Raises DamagedFileError."""
        with self._reading():
            rows = self._db.execute(
                "SELECT id, parent, modality, label, time FROM steps WHERE sample=? AND root=? ORDER BY id LIMIT ?",
                (tree.sample, tree.root, _MAX_STEPS),
            ).fetchall()
            steps = [(int(i), int(p), Modality(m), str(label), float(t)) for i, p, m, label, t in rows]
        return history_of(tree, steps)

    def delta(self, sample: SampleId, step: int) -> Delta:
        """One step's difference. Raises DamagedFileError when it is not there or makes no sense."""
        with self._reading():
            row = self._db.execute(
                "SELECT modality, payload FROM steps WHERE sample=? AND id=?", (sample, step)
            ).fetchone()
            if row is None:
                raise DamagedFileError("this step is no longer in the edit log; it was older than the log keeps")
            return DELTAS[Modality(row[0])].from_payload(bytes(row[1]))

    def check(self) -> list[str]:
        """What SQLite's own check finds wrong, and every step that cannot be read."""
        with self._reading():
            found = [str(row[0]) for row in self._db.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
            for step, modality, payload in self._db.execute("SELECT id, modality, payload FROM steps"):
                try:
                    DELTAS[Modality(modality)].from_payload(bytes(payload))
                except (FaceDataError, ValueError, KeyError) as error:
                    found.append(f"step {step}: {error}")
        return found

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.OperationalError:
                raise
            except (sqlite3.DatabaseError, ValueError, TypeError) as error:
                raise DamagedFileError(f"{self.path.name}: {error}") from error


def _stored(path: str) -> str | bytes:
    """SQLite's text is UTF-8, names of files are not always."""
    return path if path.isprintable() else os.fsencode(path)


LogEntry = Callable[[EditLog], None]
