"""An export from plan to folder: parts, their journal, the end, the manifest, and one rename.

Whatever ends it in between (cancel, full disk, ``kill -9``) leaves the target as it was; the parts that are done lie in
the partial folder, and the same export goes on from there.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from app.document.disk import free_bytes
from app.faces.errors import ExportError, SaveError
from app.formats.exporting.folder import DiskFolder, WrittenFile
from app.formats.exporting.protocol import Written
from app.formats.files import DatasetFolder, shown
from app.formats.tree import CAPTION_CACHES
from app.jobs import Progress, Silent
from app.workbench.children import are_possible
from app.workbench.exporting.crew import ChildEndedError, Crew
from app.workbench.exporting.journal import Header, Journal, KeptParts
from app.workbench.exporting.manifest import renaming_table, write_manifest
from app.workbench.exporting.notice import NOTICE, licence_notice
from app.workbench.exporting.parts import Assignment, PartWriter
from app.workbench.exporting.plan import ExportPlan
from app.workbench.exporting.report import ExportReport, missing_of, not_held, totals, without_places
from app.workbench.exporting.source import kept_masks
from app.workbench.exporting.target import Target
from app.workbench.readers import StoreAddress, core_count

FEW = 32
"""Up to so many samples, starting processes costs more than it saves."""
FEW_COPIES = 1_500
"""The same where nothing is decoded: from one of these layouts to another, files are copied as they are."""
_COPIED = frozenset({"celebamask-hq", "mm-celeba-hq"})
REPORT_JSON, REPORT_TEXT = "report.json", "report.txt"
RENAMED = "renamed.csv"

T = TypeVar("T")

_RESERVE = 16 << 20
"""Bytes that stay free on the disk."""
_MOST_FOLDERS = 64
_REPORT_S = 0.5


def run_export(
    plan: ExportPlan,
    progress: Progress | None = None,
    *,
    workers: int | None = None,
    nice: int = 0,
    resume: bool = True,
) -> ExportReport:
    """The target holds the whole export when this returns; when it raises, the target is as it was.

    ``progress`` counts samples that are still to be written. ``workers`` processes write (default: one per core, none
    for a few samples), ``nice`` to whoever works beside them. An interrupted export of the same plan goes on unless
    ``resume`` is False; then what it has written is dropped. Raises ExportError where target or plan are not possible,
    DatasetBusyError while another export has the same target, SaveError when the disk refuses, Cancelled out of
    ``progress``.
    """
    progress = progress or Silent()
    store = plan.request.store
    target = Target(plan.request.target)
    target.check(store.root, overwrite=plan.request.overwrite)
    if workers is None:
        workers = core_count() if len(plan.items) > _few(plan) and are_possible() else 0
    with target.held():
        target.check(store.root, overwrite=plan.request.overwrite)
        journal = _journal(plan, target, resume=resume)
        try:
            report, manifest = _write(plan, target, journal, progress, workers, nice)
            note = target.put_in_place(journal, manifest, overwrite=plan.request.overwrite)
        except BaseException:
            if not journal.entries:
                target.clear()  # nothing to go on with
            raise
        target.clear()
    return report if note is None else report.with_note(note)


def _few(plan: ExportPlan) -> int:
    return FEW_COPIES if {plan.request.store.layout, plan.format.name} <= _COPIED else FEW


def check_target(plan: ExportPlan) -> None:
    """The target may be written. Raises ExportError saying why not and what would do."""
    Target(plan.request.target).check(plan.request.store.root, overwrite=plan.request.overwrite)


def _write(
    plan: ExportPlan, target: Target, journal: Journal, progress: Progress, workers: int, nice: int
) -> tuple[ExportReport, str]:
    """The content is whole; the report, and the hash of the manifest."""
    store = plan.request.store
    address = StoreAddress.of(store, with_listing=workers > 0)
    assignment = Assignment(
        address, kept_masks(store), plan.format.name, plan.items, plan.options, target.content, target.writers
    )
    with closing(PartWriter(store, assignment)) as writer:
        todo = _todo(journal, writer, progress)
        with closing(Crew(assignment, writer, workers, nice=nice)) as crew:
            _require_space(crew, target, len(todo), len(writer.parts), progress)
            _write_parts(crew, writer, journal, todo, progress)
            kept = journal.written(len(writer.parts))
            _remove_strays(target.content, kept)
            end = _awaited(crew.finish(kept), progress, "tables and lists")
    before = len(plan.items) - sum(len(writer.parts[part]) for part in todo)
    return _close(plan, target, kept, end, before)


def _journal(plan: ExportPlan, target: Target, *, resume: bool) -> Journal:
    """The journal of this export, gone on with or new. Raises ExportError for one of another export."""
    journal = Journal(target.journal)
    header = Header(plan.fingerprint(), f"{len(plan.items):,} samples as {plan.format.name}")
    if journal.entries and journal.header is not None and resume:
        if journal.header.fingerprint != header.fingerprint:
            raise ExportError(
                f"another export to {shown(target.folder.name)} was interrupted ({shown(journal.header.about)}): run it"
                " again with its own options to finish it, or give it up with --no-resume"
            )
        target.content.mkdir(exist_ok=True)
        return journal
    try:
        if target.content.exists():
            shutil.rmtree(target.content)
        target.content.mkdir()
    except OSError as error:
        raise SaveError(f"{shown(target.partial.name)} cannot be written: {error.strerror}; remove it") from None
    journal.begin(header)
    return journal


def _todo(journal: Journal, writer: PartWriter, progress: Progress) -> list[int]:
    """The parts that are not written, or whose sources or files have changed since."""
    todo = []
    looked = time.monotonic()
    for part in range(len(writer.parts)):
        if not _is_written(journal, writer, part):
            todo.append(part)
        if time.monotonic() - looked > _REPORT_S:
            looked = time.monotonic()
            progress.report(0, sum(map(len, writer.parts)), "compare with what is there")
    return todo


def _is_written(journal: Journal, writer: PartWriter, part: int) -> bool:
    entry = journal.entries.get(part)
    if entry is None or not entry.source or not entry.files or entry.source != writer.source_stamp(writer.parts[part]):
        return False
    return entry.files == writer.files_stamp(file.path for file in journal.written_part(part).files)


def _require_space(crew: Crew, target: Target, todo: int, parts: int, progress: Progress) -> None:
    if not todo:
        return
    try:
        estimate = _awaited(crew.estimate(todo), progress, "estimate the size")
    except ChildEndedError:
        return  # a sample among those that were looked at does that; writing will tell which
    needed = round(estimate.size * todo / parts * 1.05) + _RESERVE
    free = free_bytes(target.partial)
    if needed > free:
        raise SaveError(
            f"the export needs about {needed / 1e6:,.0f} MB and {free / 1e6:,.0f} MB are free beside"
            f" {shown(target.folder.name)}; free some space or choose another disk"
        )


def _write_parts(crew: Crew, writer: PartWriter, journal: Journal, todo: list[int], progress: Progress) -> None:
    total = sum(len(writer.parts[part]) for part in todo)
    done = 0
    note = f"{len(writer.parts) - len(todo):,} parts were written before" if len(todo) < len(writer.parts) else ""
    progress.report(0, total, note)
    for result in crew.write(todo):
        if result is not None:
            journal.add(result.part, result.line, result.source, result.files)
            done += result.samples
        progress.report(done, total, note)


def _remove_strays(content: Path, kept: KeptParts) -> None:
    """Files that an interrupted or repeated part has left and no part has written."""
    # Disks of older Macs give composed accents back taken apart.
    known = {unicodedata.normalize("NFC", file.path) for written in kept for file in written.files}
    prefix = len(str(content)) + 1
    for parent, _, names in os.walk(content, topdown=False):
        home = "" if len(parent) < prefix else f"{parent[prefix:].replace(os.sep, '/')}/"
        for name in names:
            if unicodedata.normalize("NFC", f"{home}{name}") not in known:
                Path(parent, name).unlink()
        if home and not os.listdir(parent):
            Path(parent).rmdir()


def _awaited(answers: Iterator[T | None], progress: Progress, note: str) -> T:
    for answer in answers:
        if answer is not None:
            return answer
        progress.report(0, 1, note)
    raise AssertionError("a crew's last answer is what was asked for")


def _close(plan: ExportPlan, target: Target, kept: KeptParts, end: Written, before: int) -> tuple[ExportReport, str]:
    """What every export has beside the format's own files; the report, and the hash of the manifest."""

    def everything() -> Iterator[Written]:
        yield from kept
        yield end

    root = plan.request.store.root
    folder = DiskFolder(target.content)
    folder.write(NOTICE, licence_notice(root))
    if plan.is_renamed:
        folder.write(RENAMED, renaming_table(plan.items))
    files, size = 0, 0
    for written in everything():
        files += len(written.files)
        size += sum(file.size for file in written.files)
    report = _report(plan, target, everything(), files, size, before)
    if not report.samples:
        target.clear()
        why = "; ".join(group.why for group in report.left_out if group.modality is None)
        raise ExportError(f"no sample can be written as {plan.format.title}: {why}")
    folder.write(REPORT_JSON, json.dumps(report.as_json(), indent=1).encode())
    folder.write(REPORT_TEXT, ("\n".join(report.lines()) + "\n").encode("utf-8", "replace"))

    def listed() -> Iterator[WrittenFile]:
        for written in everything():
            yield from written.files
        yield from folder.files

    return report, write_manifest(plan, report.missing, listed(), DiskFolder(target.content))


def _report(
    plan: ExportPlan, target: Target, written: Iterator[Written], files: int, size: int, before: int
) -> ExportReport:
    left_out, counts, samples_counted = totals(written)
    root = plan.request.store.root
    places = (root, target.content, target.folder)
    missing = missing_of(left_out)
    of: dict[str, int] = {}
    for item in plan.items:
        if item.split and item.sample not in missing:
            of[item.split] = of.get(item.split, 0) + 1
    notes = [*plan.notes, *plan.splits.report()[len(plan.splits.sizes) :], *_stale_captions(root)]
    return ExportReport(
        format=plan.format.name,
        title=plan.format.title,
        folder=target.folder,
        samples=len(plan.items) - len(missing),
        files=files,
        size=size,
        kept=before,
        not_held=not_held(plan.format.title, plan.not_held),
        losses=plan.losses,
        left_out=tuple(group.with_why(without_places(group.why, *places)) for group in left_out),
        counts=counts,
        samples_counted=samples_counted,
        splits=of,
        notes=tuple(without_places(note, *places) for note in notes),
    )


def _stale_captions(root: Path) -> list[str]:
    """What is to be said about caches of captions, which nobody may copy."""
    if not root.is_dir():
        return []
    folder = DatasetFolder(root)
    names = sorted(os.listdir(root))[:_MOST_FOLDERS]
    places = [f"{home}{cache}" for home in ("", *(f"{name}/" for name in names)) for cache in CAPTION_CACHES]
    found = [path for path in places if folder.exists(path)]
    return [
        f"{shown(path)} was not copied: it holds the captions of all samples in the order of an earlier run, and would"
        " pair every photo with captions of another; loaders make it anew from the caption files"
        for path in found
    ]
