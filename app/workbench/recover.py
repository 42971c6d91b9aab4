"""Getting back what might have been lost: interrupted saves, unsaved edits, original files; and proof that all is well.

``recover`` finishes or drops saves that a crash cut short and lists edits that were never saved; ``restore`` brings
files back as they were before their first change, itself as an undoable save; ``verify`` is our fsck.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from app.document import disk
from app.document.document import Document
from app.document.edit_log import EditLog
from app.document.journal import Record, checked_path, records_in
from app.document.offers import Recovered
from app.document.originals import LedgerLine, Originals
from app.document.work_folder import WorkFolder
from app.faces.errors import DamagedFileError, FaceDataError
from app.faces.sample import SampleId
from app.faces.store import FileChange, SavePlan
from app.formats import open_store
from app.jobs import Progress, Silent
from app.workbench.open import open_document
from app.workbench.runs import Replaced, Run, moved_since, places
from app.workbench.saving import save_samples

RESTORED = "Restore originals"


class Decision(Enum):
    """What becomes of edits that an earlier session left unsaved."""

    APPLY = "apply"
    DROP = "drop"


@dataclass(slots=True)
class RecoverReport:
    """What an interrupted session left. ``finished`` are samples whose save is whole now; ``unsaved`` are on offer.

    Where somebody decided on those: the edits of ``applied`` samples are in the files, those of ``discarded`` ones are
    offered no more, ``skipped`` say why edits are still on offer.
    """

    finished: list[SampleId] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    unsaved: list[Recovered] = field(default_factory=list)
    applied: list[SampleId] = field(default_factory=list)
    discarded: list[SampleId] = field(default_factory=list)
    skipped: dict[SampleId, str] = field(default_factory=dict)


@dataclass(slots=True)
class RestoreReport:
    """``restored`` are paths in the dataset; ``skipped`` says of a path or sample why it was left."""

    restored: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class VerifyReport:
    """What lies in the work folder. ``problems`` is empty when every kept byte is what it says it is."""

    folder: str
    exists: bool
    objects: int = 0
    object_bytes: int = 0
    saves: int = 0
    interrupted_saves: int = 0
    conflicts: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to worry about."""
        return not self.problems


def recover(
    folder: Path | str,
    *,
    decision: Decision | None = None,
    ids: Iterable[str] | None = None,
    layout: str | None = None,
    scheme: str | None = None,
) -> RecoverReport:
    """Finish or drop the saves that were interrupted; unsaved edits stay in the log and are listed.

    With a ``decision`` the unsaved edits of ``ids``, or all, are saved, as the undoable steps that they are, or offered
    no more. Raises LayoutError when the folder is no dataset.
    """
    wanted = None if ids is None else {SampleId(i) for i in ids}
    with closing(open_document(folder, layout=layout, scheme=scheme)) as document:
        found = document.recovery
        report = RecoverReport(
            [record.sample for record in found.finished], found.dropped, found.refused, list(document.notices)
        )
        offers = [offer.sample for offer in document.recovered() if wanted is None or offer.sample in wanted]
        if decision is Decision.DROP:
            for sample in offers:
                document.discard_edits(sample)
            document.bulks.settle()
            # An older history of a sample may have had edits on offer behind these.
            while again := [offer.sample for offer in document.recovered() if offer.sample in offers]:
                for sample in again:
                    document.discard_edits(sample)
                document.bulks.settle()
            report.discarded = offers
        elif decision is Decision.APPLY:
            _apply(document, offers, report)
        report.unsaved = list(document.recovered())
        return report


def _apply(document: Document, offers: Iterable[SampleId], report: RecoverReport) -> None:
    for sample in offers:
        try:
            document.restore_edits(sample)
        except (OSError, FaceDataError) as error:
            report.skipped[sample] = str(error)
            continue
        failed = save_samples(document, [sample])
        report.skipped.update(failed)
        if not failed:
            report.applied.append(sample)
    document.bulks.settle()
    for offer in document.recovered():
        if offer.sample in report.applied:
            older = "older edits were never saved either; --apply saves these instead, --drop drops them"
            report.skipped[offer.sample] = older


def restore(
    folder: Path | str,
    *,
    ids: Iterable[str] | None = None,
    file: str | None = None,
    layout: str | None = None,
    scheme: str | None = None,
    progress: Progress | None = None,
) -> RestoreReport:
    """Files are again what they were before their first change: of some samples, of one path, or all.

    Every sample is one journaled save and undoable steps "Restore originals", all of which are one run that ``undo``
    takes back; the replaced bytes are kept too. A table that holds other samples as well is only restored as ``file``
    or with everything. Raises LayoutError, UnsafeFileError.
    """
    progress = progress or Silent()
    wanted = None if ids is None else {SampleId(i) for i in ids}
    if file is not None:
        checked_path(file)
    report = RestoreReport()
    with closing(open_document(folder, layout=layout, scheme=scheme)) as document:
        originals = Originals(document.work.objects)
        files = _first_lines(originals)
        if file is not None and file not in files:
            report.skipped[file] = "it was never changed by this program"
        known = set().union(*(samples for _, samples in files.values()))
        for sample in sorted((wanted or set()) - known):
            report.skipped[sample] = "it was never changed by this program"
        chosen: dict[SampleId, list[LedgerLine]] = {}
        for path, (line, samples) in files.items():
            if (file is not None and path != file) or (wanted is not None and not samples & wanted):
                continue
            if wanted is not None and file is None and samples - wanted:
                report.skipped[path] = "it holds other samples too; name it to restore it for all of them"
                continue
            chosen.setdefault(line.sample, []).append(line)
        run = Run.begin(document, RESTORED)
        for done, (sample, lines) in enumerate(sorted(chosen.items())):
            progress.report(done, len(chosen), f"sample {sample}")
            touched = sorted(set().union(*(files[line.path][1] for line in lines)))
            try:
                _restore(document, run, sample, touched, lines, originals, report)
            except (OSError, FaceDataError) as error:
                report.skipped[sample] = str(error)
        progress.report(len(chosen), len(chosen), "")
    return report


def _first_lines(originals: Originals) -> dict[str, tuple[LedgerLine, set[SampleId]]]:
    """Every path we ever changed: its first line in the ledger, and the samples whose saves changed it."""
    files: dict[str, tuple[LedgerLine, set[SampleId]]] = {}
    for line in originals.lines():
        files.setdefault(line.path, (line, set()))[1].add(line.sample)
    return files


def _restore(
    document: Document,
    run: Run,
    sample: SampleId,
    touched: list[SampleId],
    lines: list[LedgerLine],
    originals: Originals,
    report: RestoreReport,
) -> None:
    changes = []
    for line in lines:
        original = None if line.before is None else originals.get(line.before)
        if line.before is not None and original is None:
            report.skipped[line.path] = "its kept original is missing or damaged"
            continue
        here = disk.read_file(document.store.root / line.path)
        found = None if here is None else disk.digest_of(here)
        if found != line.before:
            changes.append(FileChange(line.path, found, original))
    if changes:
        before = places(document, touched)
        for change in changes:
            after = None if change.after is None else disk.digest_of(change.after)
            run.note_file(sample, Replaced(change.path, change.before, after))
        document.reloading.carry_out(SavePlan(sample, tuple(changes)), touched, RESTORED)
        run.note_steps(moved_since(document, before))
        report.restored += [change.path for change in changes]


def verify(folder: Path | str, *, layout: str | None = None, scheme: str | None = None) -> VerifyReport:
    """Check the kept originals by hash, the ledger, the journal and the edit log. Changes nothing.

    Raises LayoutError when the folder is no dataset.
    """
    work = WorkFolder.of(open_store(Path(folder), layout=layout, scheme=scheme))
    name = ".facewright" if work.is_inside else "user state folder"
    report = VerifyReport(name, work.exists)
    if not work.exists:
        return report
    try:
        work.check(set_aside=False)
    except FaceDataError as error:
        report.problems.append(str(error))
    _verify_originals(Originals(work.objects), report)
    for path in records_in(work.journal):
        report.interrupted_saves += 1
        try:
            Record.from_bytes(disk.read_file(path) or b"")
        except FaceDataError as error:
            report.problems.append(f"journal/{path.name}: {error}; recover drops it")
        else:
            report.problems.append(f"journal/{path.name}: a save was interrupted; recover finishes it")
    report.conflicts = sum(1 for _ in work.conflicts.glob("*"))
    _verify_log(work.log, report)
    return report


def _verify_originals(originals: Originals, report: VerifyReport) -> None:
    for path in originals.kept():
        report.objects += 1
        try:
            data = disk.read_file(path)
        except (OSError, FaceDataError) as error:
            report.problems.append(f"objects/{path.parent.name}/{path.name}: {error}")
            continue
        report.object_bytes += len(data or b"")
        if data is None or disk.digest_of(data) != path.parent.name + path.name:
            report.problems.append(f"objects/{path.parent.name}/{path.name}: its content is not that of its hash")
    for path_in_dataset, (line, _) in _first_lines(originals).items():
        if line.before is not None and not originals.path_of(line.before).exists():
            report.problems.append(f"the original of {path_in_dataset} is missing")
    report.saves = len(originals.lines())
    if originals.torn_lines:
        report.problems.append(f"the ledger has {originals.torn_lines} lines that cannot be read")


def _verify_log(path: Path, report: VerifyReport) -> None:
    if not path.exists():
        return
    try:
        with closing(EditLog(path)) as log:
            report.problems += [f"edit log: {problem}" for problem in log.check()]
    except (sqlite3.Error, DamagedFileError) as error:
        report.problems.append(f"edit log: {error}")
