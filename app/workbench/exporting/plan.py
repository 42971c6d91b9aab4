"""What an export will be: which samples under which names in which splits, and what the format cannot hold of them."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app import __version__
from app.catalog.places import key_of
from app.faces.errors import ExportError, SampleNotFoundError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.folder import safe_name
from app.formats.exporting.options import ExportOptions, as_json, choices_of
from app.formats.exporting.protocol import ExportFormat, ExportItem
from app.formats.exporting.registry import export_format
from app.formats.files import shown
from app.jobs import Progress
from app.workbench.splitting import SplitOptions, SplitPlan, splits_for


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExportRequest:
    """What the user wants. ``ids`` None: all samples; ``options`` None: the format's defaults.

    ``renumber`` names the samples 0, 1, 2 …; ``overwrite`` allows a target that is not empty. ``notes`` are sentences
    of whoever asks for the report.
    """

    store: SampleStore
    format: str
    target: Path
    ids: Sequence[SampleId] | None = None
    options: ExportOptions | None = None
    splits: SplitOptions = field(default_factory=SplitOptions)
    renumber: bool = False
    overwrite: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ExportPlan:
    """What would be written: ``items`` come split by split, in each in the dataset's order.

    ``not_held`` counts the samples that have a modality which was asked for and the format cannot hold; ``losses`` are
    sentences on what does not come back of those that are exported.
    """

    request: ExportRequest
    format: ExportFormat
    options: ExportOptions
    items: tuple[ExportItem, ...]
    splits: SplitPlan
    not_held: Mapping[Modality, int]
    losses: Mapping[Modality, str]
    notes: tuple[str, ...]

    @property
    def is_renamed(self) -> bool:
        """Whether a sample has another name in the export."""
        return any(item.name != item.sample for item in self.items)

    def fingerprint(self) -> str:
        """The same for the same export of the same dataset by the same program: then it may go on where it was."""
        store = self.request.store
        told = {
            "program": __version__,
            "dataset": [key_of(store.root), store.layout, list(store.scheme.order)],
            "format": self.format.name,
            "options": as_json(self.options),
            "files": _hashes_of_files(self.options),
            "items": [[item.sample, item.name, item.split] for item in self.items],
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def plan_export(request: ExportRequest, progress: Progress | None = None) -> ExportPlan:
    """What would be written. Nothing is; only a new split that keeps copies together opens photos.

    Raises ExportError where nothing could be, SampleNotFoundError for an id the dataset lacks, Cancelled.
    """
    store = request.store
    chosen = export_format(request.format)
    options = request.options or chosen.options()
    if not isinstance(options, chosen.options):
        raise ExportError(f"{type(options).__name__} are no options of the format {chosen.name}")
    if not options.include & chosen.holds:
        asked = ", ".join(sorted(modality.value for modality in options.include)) or "nothing"
        held = ", ".join(sorted(modality.value for modality in chosen.holds))
        raise ExportError(f"{chosen.title} holds {held}, and {asked} was asked for; nothing would be written")
    ids = _in_order(store, request.ids)
    splits = splits_for(store, ids, request.splits, progress)
    items, renamed = _items(ids, splits, renumber=request.renumber)
    not_held = {
        modality: count
        for modality in Modality
        if modality in options.include - chosen.holds and (count := sum(store.has(sample, modality) for sample in ids))
    }
    losses = {
        modality: why
        for modality, why in chosen.losses.items()
        if modality in options.include and any(store.has(sample, modality) for sample in ids)
    }
    return ExportPlan(request, chosen, options, items, splits, not_held, losses, (*request.notes, *renamed))


def _hashes_of_files(options: ExportOptions) -> dict[str, str]:
    """The content of the files that options name: with another table an export is another one."""
    told = {}
    for choice in choices_of(type(options)):
        if choice.is_file and (path := getattr(options, choice.name)):
            with suppress(OSError), Path(path).open("rb") as file:
                told[choice.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return told


def _in_order(store: SampleStore, ids: Sequence[SampleId] | None) -> list[SampleId]:
    """The samples in the dataset's order, each once."""
    if ids is None:
        chosen = list(store.sample_ids)
    else:
        wanted = set(ids)
        missing = [sample for sample in wanted if sample not in store]
        if missing:
            raise SampleNotFoundError(f"the dataset has no sample {shown(min(missing))}; it cannot be exported")
        chosen = [sample for sample in store.sample_ids if sample in wanted]
    if not chosen:
        raise ExportError("no sample is chosen; there is nothing to export")
    return chosen


def _items(
    ids: Iterable[SampleId], splits: SplitPlan, *, renumber: bool
) -> tuple[tuple[ExportItem, ...], tuple[str, ...]]:
    """The items, and a sentence on names that had to be changed."""
    taken: set[str] = set()
    changed: list[str] = []
    by_split: dict[str, list[ExportItem]] = {split: [] for split in (*splits.sizes, "")}
    for number, sample in enumerate(ids):
        split = splits.of.get(sample, "")
        name = str(number) if renumber else _free(safe_name(sample), taken)
        if not renumber and name != sample:
            changed.append(f"{shown(sample)} is called {name}")
        by_split[split].append(ExportItem(sample, name, safe_name(split) if split else ""))
    planned = tuple(item for items in by_split.values() for item in items)
    if not changed:
        return planned, ()
    some = "; ".join(changed[:5]) + (f"; and {len(changed) - 5:,} more" if len(changed) > 5 else "")
    return planned, (f"ids that are no names for files on every system were changed: {some}",)


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number where a file system would take it for one that is taken (case, composed accents)."""
    chosen, number = name, 1
    while (key := unicodedata.normalize("NFC", chosen).casefold()) in taken:
        number += 1
        chosen = f"{name}-{number}"
    taken.add(key)
    return chosen


def unsaved_note(samples: int) -> tuple[str, ...]:
    """A sentence for the report on edits that are not in the files, which are what is exported."""
    if not samples:
        return ()
    have = "1 sample of the dataset has" if samples == 1 else f"{samples:,} samples of the dataset have"
    return (f"{have} edits that are not saved; the export has what is in the files",)
