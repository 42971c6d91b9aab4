"""The commands that get things back and prove that all is well: recover, restore, verify."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import UTC, datetime

from app.cli import selection
from app.cli.status import DONE, FINDINGS, WrongUsageError
from app.cli.terminal import Output, counted, plain, table
from app.formats import open_store


def recover(arguments: argparse.Namespace, output: Output) -> int:
    """Finish or drop interrupted saves. Status 1 when something needs the user: refused records, unsaved edits."""
    from app.workbench import recover as rescue

    decision = rescue.Decision(arguments.decision) if arguments.decision else None
    store = open_store(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)
    ids = selection.selected(arguments, store, output.progress("index"))
    if ids is not None and decision is None:
        raise WrongUsageError("say --apply or --drop of the samples that are named; without one all edits are listed")
    report = rescue.recover(
        arguments.dataset, decision=decision, ids=ids, layout=arguments.layout, scheme=arguments.scheme
    )
    output.done()
    unsaved = [
        {"sample": offer.sample, "steps": offer.steps, "last_time": _iso(offer.last_time), "conflict": offer.conflict}
        for offer in report.unsaved
    ]
    document = {
        "finished": list(report.finished),
        "dropped": report.dropped,
        "refused": report.refused,
        "messages": report.messages,
        "unsaved": unsaved,
        "applied": report.applied,
        "discarded": report.discarded,
        "skipped": [{"sample": sample, "why": why} for sample, why in report.skipped.items()],
    }
    counts = f"{len(report.finished)} finished, {len(report.dropped)} dropped, {len(report.refused)} refused"
    lines = [f"interrupted saves: {counts}"]
    lines += _listed("finished: sample", report.finished) + _listed("dropped:", report.dropped)
    lines += _listed("refused:", report.refused)
    if decision is rescue.Decision.APPLY:
        lines.append(f"unsaved edits of {counted(len(report.applied), 'sample')} saved")
    elif decision is rescue.Decision.DROP:
        lines.append(f"unsaved edits of {counted(len(report.discarded), 'sample')} dropped")
    how = " (--apply saves them, --drop drops them, the window shows them)"
    lines.append(f"unsaved edits: {counted(len(unsaved), 'sample')}{how if unsaved else ''}")
    lines += table((o.sample, counted(o.steps, "step"), _iso(o.last_time), o.conflict or "") for o in report.unsaved)
    output.answer(document, lines)
    for message in report.messages:
        output.message(message)
    for sample, why in report.skipped.items():
        output.message(f"left as it is: sample {sample}: {why}")
    return FINDINGS if report.refused or unsaved else DONE


def undo(arguments: argparse.Namespace, output: Output) -> int:
    """Take the newest edit back. Status 1 when some of its samples were left as they are; each is named."""
    from contextlib import closing

    from app.workbench.open import open_document
    from app.workbench.runs import take_back_newest

    with closing(open_document(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)) as document:
        taken = take_back_newest(document, output.progress("undo"))
    output.done()
    if taken is None:
        output.answer({"label": None, "changed": [], "skipped": []}, ["there is nothing to take back"])
        return DONE
    label, report = taken
    told = {
        "label": label,
        "changed": report.changed,
        "skipped": [{"sample": sample, "why": why} for sample, why in report.skipped.items()],
    }
    output.answer(told, [f"taken back: {plain(label)}: {counted(len(report.changed), 'sample')}"])
    for sample, why in report.skipped.items():
        output.message(f"left alone: sample {sample}: {why}")
    return FINDINGS if report.skipped else DONE


def restore(arguments: argparse.Namespace, output: Output) -> int:
    """Originals come back; what was left alone is named and makes the status 1."""
    from app.workbench import recover as rescue

    store = open_store(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)
    report = rescue.restore(
        arguments.dataset,
        ids=selection.selected(arguments, store, output.progress("index")),
        file=arguments.file,
        layout=arguments.layout,
        scheme=arguments.scheme,
        progress=output.progress("restore"),
    )
    output.done()
    document = {"restored": report.restored, "skipped": [{"what": k, "why": v} for k, v in report.skipped.items()]}
    output.answer(document, [f"restored {counted(len(report.restored), 'file')}", *_listed("", report.restored)])
    for what, why in report.skipped.items():
        output.message(f"left alone: {what}: {why}")
    return FINDINGS if report.skipped else DONE


def verify(arguments: argparse.Namespace, output: Output) -> int:
    """Everything kept is what its hash says; status 1 names what is not."""
    from app.workbench import recover as rescue

    report = rescue.verify(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)
    document = {
        "sound": report.is_sound,
        "folder": report.folder,
        "exists": report.exists,
        "objects": report.objects,
        "object_bytes": report.object_bytes,
        "saves": report.saves,
        "interrupted_saves": report.interrupted_saves,
        "problems": report.problems,
    }
    if not report.exists:
        lines = ["sound: nothing was ever changed here"]
    else:
        head = "sound" if report.is_sound else counted(len(report.problems), "problem")
        kept = f"{counted(report.objects, 'original')} ({report.object_bytes:,} bytes)"
        kept += f", {counted(report.saves, 'write')} on record"
        lines = [f"{head}: {kept}, in {plain(report.folder)}", *_listed("", report.problems)]
    output.answer(document, lines)
    return DONE if report.is_sound else FINDINGS


def _listed(what: str, items: Iterable[str]) -> list[str]:
    return [f"  {what} {plain(item)}" if what else f"  {plain(item)}" for item in items]


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
