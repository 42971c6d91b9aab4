"""How large an export would be: some samples are written into memory, the rest is multiplication."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.formats.exporting.folder import MemoryFolder
from app.formats.exporting.protocol import ExportItem, Writer
from app.workbench.exporting.plan import ExportPlan
from app.workbench.exporting.source import DatasetSource, kept_masks

_PARTS, _PER_PART = 4, 3
_PER_FILE, _PER_SAMPLE = 160, 60
"""Bytes that the manifest takes."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """About how much would be written, from ``looked_at`` samples. ``paths`` are the files of those."""

    samples: int
    files: int
    size: int
    looked_at: int
    paths: tuple[str, ...]


def estimated(plan: ExportPlan) -> Estimate:
    """An estimate from a few samples all over the plan. Raises what the format raises."""
    store = plan.request.store
    with closing(DatasetSource(store, kept_masks(store))) as source:
        writer = plan.format.writer(source, plan.items, plan.options)
        return estimate_of(writer, writer.parts(), store.root)


def estimate_of(writer: Writer, parts: Sequence[Sequence[ExportItem]], dataset: Path) -> Estimate:
    """The same from a writer at hand."""
    size = files = looked_at = 0
    paths: list[str] = []
    for at in sorted({round(step * (len(parts) - 1) / (_PARTS - 1)) for step in range(_PARTS)}):
        items = parts[at][:_PER_PART]
        folder = MemoryFolder(dataset)
        written = writer.write(items, folder)
        size += sum(file.size for file in folder.files)
        # What is left for the end (tables, annotations) is about as large as what it is made from.
        size += len(json.dumps(written.rows))
        files += len(folder.files)
        paths += [file.path for file in folder.files]
        looked_at += len(items)
    samples = sum(map(len, parts))
    share = samples / max(1, looked_at)
    size += _PER_FILE * files + _PER_SAMPLE * looked_at
    return Estimate(samples, round(files * share), round(size * share), looked_at, tuple(paths))
