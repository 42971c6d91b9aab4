"""What one command did that is not one step of the edit log, so that ``undo`` takes back all of it and nothing else.

Sketches are written past the edit log, which thirty thousand of them would fill; restored originals and patches are
several steps, those of each sample for itself. Each such run has a file ``runs/ID.jsonl`` in the work folder, a line
for every file or sample; its id is older than its steps and newer than whatever was done before. The file goes when
the run was taken back. Work folders are passed around: lines that make no sense are passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.document import disk
from app.document.document import Document
from app.document.history import new_id
from app.document.journal import checked_path
from app.document.originals import Originals
from app.document.work_folder import WorkFolder
from app.faces.errors import ConflictError, DamagedFileError, FaceDataError, InvalidEditError
from app.faces.sample import SampleId
from app.faces.store import FileChange, SavePlan
from app.jobs import Progress, Silent
from app.workbench.bulk import BulkReport, newest_edited, turn
from app.workbench.saving import SAVED_AT_ONCE, save_or_take_back

_KEPT = 50
"""Runs; those before them can be taken back by ``restore`` alone."""
_MAX_RUN = 1_000_000_000
_LOOKED_AT = 100
_ID = re.compile(r"[0-9]{1,18}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Replaced:
    """A file that has other bytes now; hashes are SHA-256, None stands for "no file"."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A sample's history stood at step ``before`` and stands at ``after``; 0: before the first."""

    before: int
    after: int


@dataclass(slots=True)
class Run:
    """One run: its steps by sample, and its files with the sample that each was written for."""

    work: WorkFolder
    id: int
    label: str
    moved: dict[SampleId, Moved] = field(default_factory=dict)
    files: dict[Replaced, SampleId] = field(default_factory=dict)

    @classmethod
    def begin(cls, document: Document, label: str) -> Run:
        """A run that nobody hears of before something is noted."""
        newest = max((step.id for step in document.past.newest(1)), default=0)
        return cls(document.work, new_id(newest), label)

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return _folder(self.work) / f"{self.id}.jsonl"

    def note_file(self, sample: SampleId, replaced: Replaced) -> None:
        """The file is about to be replaced: told before, so that no crash comes between. Raises OSError, SaveError."""
        self.files[replaced] = sample
        self._append([{"sample": sample, **asdict(replaced)}])

    def note_steps(self, moved: Mapping[SampleId, Moved]) -> None:
        """The samples were edited. Raises OSError, SaveError."""
        for sample, steps in moved.items():
            self._move(sample, steps)
        self._append([{"sample": sample, **asdict(steps)} for sample, steps in moved.items()])

    def _move(self, sample: SampleId, steps: Moved) -> None:
        first = self.moved.get(sample, steps)
        self.moved[sample] = Moved(first.before, steps.after)

    def forget(self) -> None:
        """It was taken back."""
        disk.remove(self.file)

    def _append(self, lines: list[dict[str, object]]) -> None:
        self.work.prepare()
        if not self.file.exists():
            disk.make_folders(self.file.parent)
            lines.insert(0, {"label": self.label})
            for old in list(_kept(self.work))[_KEPT - 1 :]:
                with suppress(OSError):
                    disk.remove(old)
        disk.append(self.file, b"".join(json.dumps(line).encode() + b"\n" for line in lines))


def places(document: Document, samples: Iterable[SampleId]) -> dict[SampleId, int]:
    """The step that each of the samples stands at, as far as the dataset has them."""
    return {sample: document.past.place(sample).head for sample in samples if sample in document.store}


def moved_since(document: Document, before: Mapping[SampleId, int]) -> dict[SampleId, Moved]:
    """The samples that stand at another step now."""
    now = places(document, before)
    return {sample: Moved(then, now[sample]) for sample, then in before.items() if now[sample] != then}


def take_back_newest(document: Document, progress: Progress | None = None) -> tuple[str, BulkReport] | None:
    """What was done last, in whatever way, is taken back and saved; returns what it was. None: there is nothing."""
    sample = newest_edited(document)
    step = None if sample is None else document.past.head(sample)
    run = _newest_run(document, 0 if step is None else step.id)
    if run is not None:
        return run.label, take_back_run(document, run, progress=progress)
    if sample is None or step is None:
        return None
    return step.label, turn(document, sample, progress=progress)


def take_back_run(document: Document, run: Run, *, progress: Progress | None = None) -> BulkReport:
    """All of it is as it was, in the files too; what was changed since is named and left. Cancelled, it can go on."""
    progress = progress or Silent()
    report = BulkReport()
    pending: list[SampleId] = []

    def save_pending() -> None:
        report.skipped.update(save_or_take_back(document, pending))
        pending.clear()

    total = len(run.moved) + len(run.files)
    try:
        for done, (sample, moved) in enumerate(run.moved.items()):
            progress.report(done, total, f"sample {sample}")
            try:
                _take_steps_back(document, sample, moved)
            except (OSError, FaceDataError) as error:
                report.skipped[sample] = str(error)
                continue
            report.changed.append(sample)
            pending.append(sample)
            if len(pending) >= SAVED_AT_ONCE:
                save_pending()
    finally:
        save_pending()
    originals = Originals(document.work.objects)
    for done, (replaced, sample) in enumerate(run.files.items(), start=len(run.moved)):
        progress.report(done, total, f"sample {sample}")
        if sample in report.skipped:
            continue
        try:
            change = way_back(document.store.root, originals, replaced)
            if change is None:
                continue
            touched = [sample] if sample in run.moved else []
            document.reloading.carry_out(SavePlan(sample, (change,)), touched, f"Undo {run.label}")
        except (OSError, FaceDataError) as error:
            if sample not in run.moved:  # else its values are what they were, if not the rest of a table
                report.skipped[sample] = str(error)
            continue
        report.changed.append(sample)
    run.forget()
    progress.report(total, total)
    report.changed = [sample for sample in dict.fromkeys(report.changed) if sample not in report.skipped]
    return report


def way_back(root: Path, originals: Originals, was: Replaced) -> FileChange | None:
    """The change that makes the file what it was; None where it is that already.

    Raises ConflictError where it was changed since, DamagedFileError where what it was is not kept.
    """
    now = _digest(root / was.path)
    if now == was.before:
        return None
    if now != was.after:
        raise ConflictError(f"{was.path} was changed since; it is left as it is")
    before = None if was.before is None else originals.get(was.before)
    if was.before is not None and before is None:
        raise DamagedFileError(f"what {was.path} was before is not kept any more, or damaged")
    return FileChange(was.path, was.after, before)


def _take_steps_back(document: Document, sample: SampleId, moved: Moved) -> None:
    if sample not in document.store:
        raise InvalidEditError(f"sample {sample} is not there any more")
    if document.past.place(sample).head != moved.after:
        raise InvalidEditError(f"sample {sample} was edited since; it is left as it is")
    document.go_to_edit(sample, moved.before)


def _newest_run(document: Document, step: int) -> Run | None:
    """The newest run that anything is left of, unless the step is newer; those of which nothing is are forgotten."""
    for file in _kept(document.work):
        run = _read(document.work, file)
        if run is not None and max([run.id, *(moved.after for moved in run.moved.values())]) < step:
            return None
        if run is not None and _stands(document, run):
            return run
        with suppress(OSError):
            disk.remove(file)
    return None


def _stands(document: Document, run: Run) -> bool:
    root = document.store.root
    for sample, moved in list(run.moved.items())[:_LOOKED_AT]:
        if sample in document.store and document.past.place(sample).head == moved.after:
            return True
    return any(_digest(root / replaced.path) == replaced.after for replaced in list(run.files)[:_LOOKED_AT])


def _digest(file: Path) -> str | None:
    data = disk.read_file(file)
    return None if data is None else disk.digest_of(data)


def _folder(work: WorkFolder) -> Path:
    return work.path / "runs"


def _kept(work: WorkFolder) -> Iterator[Path]:
    """The files of runs, newest first."""
    folder = _folder(work)
    if folder.is_symlink() or not folder.is_dir():
        return
    names = (file for file in folder.glob("*.jsonl") if _ID.fullmatch(file.stem))
    yield from sorted(names, key=lambda file: int(file.stem), reverse=True)


def _read(work: WorkFolder, file: Path) -> Run | None:
    try:
        data = disk.read_file(file, _MAX_RUN) or b""
    except (OSError, FaceDataError):
        return None
    run = Run(work, int(file.stem), "")
    for line in data.split(b"\n"):
        with suppress(ValueError, KeyError, TypeError, RecursionError, FaceDataError):
            _take(run, json.loads(line))
    return run if run.label else None


def _take(run: Run, entry: dict[str, object]) -> None:
    """Raises ValueError, KeyError, TypeError or UnsafeFileError for what is not a line of ours."""
    if "label" in entry:
        run.label = str(entry["label"])[:500]
        return
    sample, before, after = SampleId(str(entry["sample"])), entry["before"], entry["after"]
    if "path" in entry:
        for digest in (before, after):
            if digest is not None and not _HASH.fullmatch(str(digest)):
                raise ValueError(digest)
        texts = [None if digest is None else str(digest) for digest in (before, after)]
        run.files[Replaced(checked_path(str(entry["path"])), *texts)] = sample
    elif isinstance(before, int) and isinstance(after, int):
        run._move(sample, Moved(before, after))
