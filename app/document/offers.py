"""Edits that an earlier session left unsaved, offered and never forced; and the undo history of saved samples.

Both come from the edit log, and both are only good over the very files they were made on: the hashes in the log are
compared with the disk first. Restoring writes nothing into the dataset.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.document import disk
from app.document.edit_log import EditLog
from app.document.history import History, Node, new_id
from app.document.journal import checked_path
from app.document.locks import SampleLocks
from app.document.logged import LoggedTree, Stamps
from app.document.recorder import Recorder
from app.faces.errors import ConflictError, FaceDataError, InvalidEditError
from app.faces.sample import Modality, SampleId

_COMPARED = (Modality.MASK, Modality.CAPTIONS)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A sample with unsaved edits of an earlier session. ``conflict`` says why they cannot be brought in any more."""

    sample: SampleId
    steps: int
    last_time: float
    conflict: str | None = None


class Offers:
    """Reads the edit log of one dataset."""

    def __init__(self, root: Path, recorder: Recorder, locks: SampleLocks) -> None:
        self._root = root
        self._recorder = recorder
        self._locks = locks
        self._began = new_id()

    def pending(self) -> tuple[Recovered, ...]:
        """All offers, by time; samples that another window is editing are its own business."""
        newest: dict[SampleId, LoggedTree] = {}
        for tree in self._unsaved_trees():
            if tree.sample not in newest and not self._locks.is_taken(tree.sample):
                newest[tree.sample] = tree
        found = [self._recorder.read(lambda log, t=tree: self._described(log, t), None) for tree in newest.values()]  # type: ignore[misc]
        return tuple(sorted((r for r in found if r is not None), key=lambda r: r.last_time))

    def tree_of(self, sample: SampleId) -> LoggedTree | None:
        """The offer for one sample."""
        return next((tree for tree in self._unsaved_trees() if tree.sample == sample), None)

    def way_in(self, tree: LoggedTree, history: History) -> tuple[list[Node], list[Node]]:
        """The steps to take back and to do again that bring an offer into the sample's history as it is now.

        Raises ConflictError where it was made on other files, InvalidEditError where edits of this session were in the
        way.
        """
        node = history.nodes.get(tree.head)
        if history.root.id != tree.root or node is None:
            why = self.misfit(tree.stamps) or "the sample was edited again since"
            raise ConflictError(f"the unsaved edits of sample {tree.sample} cannot be restored: {why}")
        back, forth = history.way_to(node)
        if any(step.id > self._began for step in back):
            raise InvalidEditError(f"sample {tree.sample} was edited since; undo that, then restore")
        return back, forth

    def accept(self, tree: LoggedTree) -> None:
        """The offer is in the document now."""
        session = self._recorder.session
        self._recorder.note(lambda log: log.accept(tree.sample, tree.root, tree.head, session))

    def discard(self, sample: SampleId) -> None:
        """The sample's edits are offered no more."""
        tree = self.tree_of(sample)
        if tree is not None:
            root, session = tree.root, self._recorder.session
            self._recorder.note(lambda log: log.discard(sample, root, session))

    def _unsaved_trees(self) -> list[LoggedTree]:
        self._recorder.settle()
        none: list[LoggedTree] = []
        return self._recorder.read(lambda log: log.unsaved_trees(self._recorder.session), none)

    def history(self, sample: SampleId, stamps: Stamps) -> History | None:
        """The sample's history in the log, if it was made over the files just read (``stamps``)."""

        def ask(log: EditLog) -> History | None:
            tree = log.latest_tree(sample)
            if tree is None or self.misfit(tree.stamps, stamps) is not None:
                return None
            return log.load(tree)

        return self._recorder.read(ask, None)

    def newest_id(self, sample: SampleId) -> int:
        """The largest id the log knows of the sample; 0 without one."""
        return self._recorder.read(lambda log: log.newest_id(sample), 0)

    def misfit(self, logged: Stamps, read: Stamps | None = None) -> str | None:
        """Why the files are not those of the log, or None. ``read``: hashes already known; the rest is read now.

        Attributes are one table for all samples, and sketches are drawn anew without harm to a mask's history: their
        steps carry the values and are compared one by one.
        """
        for modality in _COMPARED:
            known = dict(read.get(modality, {})) if read else {}
            then = logged.get(modality, {})
            for path, digest in then.items():
                now = known[path] if path in known else self._digest(path)
                if now != digest:
                    return f"{path} was changed since; the edits belong to the file as it was"
            if any(digest is not None and path not in then for path, digest in known.items()):
                return "the sample has files that were not there; the edits belong to the sample as it was"
        return None

    def _digest(self, path: str) -> str | None:
        try:
            data = disk.read_file(self._root / checked_path(path))
        except (OSError, FaceDataError):
            return "unreadable"
        return None if data is None else disk.digest_of(data)

    def _described(self, log: EditLog, tree: LoggedTree) -> Recovered:
        conflict = self.misfit(tree.stamps)
        latest = log.latest_tree(tree.sample)
        if latest is not None and latest.root != tree.root:
            conflict = conflict or "the sample was edited again since over other files"
        try:
            back, forth = _offer_way(log, tree)
        except FaceDataError as error:
            return Recovered(tree.sample, 0, tree.time, conflict or str(error))
        return Recovered(tree.sample, len(back) + len(forth), tree.time, conflict)


def _offer_way(log: EditLog, tree: LoggedTree) -> tuple[list[int], list[int]]:
    history = log.load(tree)
    back, forth = history.way_to(history.nodes[tree.head])
    return [n.id for n in back], [n.id for n in forth]
