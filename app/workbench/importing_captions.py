"""Captions from other files into the dataset: matched by sample id, told before, and one step that is taken back whole.

What does not fit is reported and never guessed: samples that the dataset does not have, entries that came twice,
captions that were said twice of one sample, and more of them than a trainer reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from app.document.document import Document
from app.document.edits import ReplaceCaptions
from app.faces.captions import CAPTIONS_PER_SAMPLE, Captions
from app.faces.errors import ConflictError, ReadOnlyError
from app.faces.sample import Modality, SampleId
from app.formats.caption_sources import CaptionSource
from app.jobs import Progress, Silent
from app.workbench.bulk import BulkReport, captions_of, each, edit_samples, unsaved_before
from app.workbench.planning import look_at_each
from app.workbench.saving import OnDocument, here


class Mode(Enum):
    """What becomes of the captions that are there."""

    MISSING = "missing"
    """They stay: only samples without any captions get those of the file."""
    APPEND = "append"
    """They stay, and those of the file come behind them."""
    REPLACE = "replace"
    """They go: the sample has the captions of the file."""


@dataclass(slots=True)
class ImportPlan:
    """What an import would do. Nothing is changed.

    ``captions`` are the new ones of each sample that changes; ``kept`` samples have captions and keep them,
    ``unchanged`` have these very captions; ``unmatched`` names are in the file and not in the dataset, ``absent``
    samples are the other way round. ``repeated`` samples had several entries, which were joined; of ``duplicates`` so
    many captions were said twice and are taken once; of ``too_many`` so many are left out, ``too_few`` have fewer than
    ten. ``skipped`` say why a sample cannot be written. ``seen`` are hashes of what changing samples say now.
    """

    label: str
    captions: dict[SampleId, Captions] = field(default_factory=dict)
    kept: list[SampleId] = field(default_factory=list)
    unchanged: list[SampleId] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    absent: list[SampleId] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    duplicates: dict[SampleId, int] = field(default_factory=dict)
    too_many: dict[SampleId, int] = field(default_factory=dict)
    too_few: list[SampleId] = field(default_factory=list)
    skipped: dict[SampleId, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    seen: dict[SampleId, int] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        """How many captions the changed samples will have."""
        return sum(map(len, self.captions.values()))

    @property
    def is_clean(self) -> bool:
        """Whether all of the file is used, and every sample is as it should be."""
        odd = (self.unmatched, self.repeated, self.duplicates, self.too_many, self.skipped, self.problems)
        return not any(odd)


def plan_import(
    document: Document,
    source: CaptionSource,
    name: str,
    *,
    ids: Iterable[SampleId] | None = None,
    mode: Mode = Mode.MISSING,
    most: int = CAPTIONS_PER_SAMPLE,
    progress: Progress | None = None,
    on_document: OnDocument = here,
) -> ImportPlan:
    """What the file would change in ``ids``, or in all samples. ``name`` is the file's, ``most`` captions are taken."""
    plan = ImportPlan(f"Import captions of {name}", repeated=list(source.repeated), problems=list(source.problems))
    plan.unmatched = [sample for sample in source.captions if sample not in document.store]
    read_only = document.store.read_only(Modality.CAPTIONS)
    offered = on_document(lambda: unsaved_before(document))

    def look(sample: SampleId) -> None:
        texts = source.captions.get(sample)
        if not texts:
            plan.absent.append(sample)
        elif why := read_only or offered.get(sample):
            raise ReadOnlyError(why)
        else:
            _plan_sample(plan, sample, captions_of(document, sample, on_document), texts, mode, most)

    look_at_each(each(ids, document), look, plan.skipped, progress or Silent())
    return plan


def carry_out_import(
    document: Document,
    plan: ImportPlan,
    *,
    save: bool = True,
    progress: Progress | None = None,
    on_document: OnDocument = here,
) -> BulkReport:
    """The planned captions are in the document as one step, with ``save`` in the files too.

    A sample whose captions were changed since the plan was made is left alone and named.
    """

    def edit(sample: SampleId) -> ReplaceCaptions:
        if _seen(captions_of(document, sample)) != plan.seen[sample]:
            raise ConflictError("its captions were changed since; look at the file again")
        return ReplaceCaptions(sample, plan.captions[sample], plan.label)

    return edit_samples(
        document, list(plan.captions), edit, plan.label, save=save, progress=progress, on_document=on_document
    )


def _plan_sample(
    plan: ImportPlan, sample: SampleId, now: Captions | None, texts: Sequence[str], mode: Mode, most: int
) -> None:
    has_any = now is not None and any(text.strip() for text in now.texts)
    if mode is Mode.MISSING and has_any:
        plan.kept.append(sample)
        return
    if now is not None and (why := now.unreadable):
        raise ReadOnlyError(why)
    here = list(now.texts) if now is not None and mode is Mode.APPEND and has_any else []
    new = _not_among({text.strip() for text in here}, texts)
    if len(new) < len(texts):
        plan.duplicates[sample] = len(texts) - len(new)
    room = max(most - len(here), 0)
    if len(new) > room:
        plan.too_many[sample] = len(new) - room
    wanted = _saying(Captions() if now is None else now, [*here, *new[:room]])
    if now is not None and wanted.to_bytes() == now.to_bytes():
        plan.unchanged.append(sample)
        return
    plan.captions[sample] = wanted
    plan.seen[sample] = _seen(now)
    if len(wanted) < CAPTIONS_PER_SAMPLE:
        plan.too_few.append(sample)


def _seen(captions: Captions | None) -> int:
    return hash(None if captions is None else captions.to_bytes())


def _not_among(here: Collection[str], texts: Sequence[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text not in here]


def _saying(now: Captions, texts: Sequence[str]) -> Captions:
    """The captions with these texts; lines that say it already keep their bytes, and the file the way its lines end."""
    if not now.to_bytes():
        return Captions.from_texts(tuple(texts))
    for index, text in enumerate(texts):
        if index >= len(now):
            now = now.inserting(index, text)
        elif now.lines[index].text.strip() != text.strip():
            now = now.replacing(index, text)
    while len(now) > len(texts):
        now = now.removing(len(now) - 1)
    return now


def named(path: Path) -> str:
    """The file in the Undo menu."""
    return path.name if len(path.name) <= 40 else f"{path.name[:39]}…"
