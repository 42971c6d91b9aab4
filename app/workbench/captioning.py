"""Captions for the samples of a dataset: written from their attributes, where the masks decide from these.

All of them are one step that is taken back as a whole. Lines that stay keep their bytes, and so do a file's line ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from app.document.document import Document
from app.document.edits import ReplaceCaptions
from app.faces.attributes import Attributes
from app.faces.captions import CAPTIONS_PER_SAMPLE, Captions
from app.faces.errors import InvalidEditError, ReadOnlyError
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, SampleId
from app.generation.grammar import Grammar
from app.generation.lexicon import MaskRule, shipped_lexicon
from app.generation.mask_facts import MaskVerdict, decided_by_mask, needs_pixels
from app.generation.planner import CaptionOptions
from app.generation.rewriting import rewrite
from app.generation.writing import Written, write
from app.jobs import Progress, Silent
from app.workbench.bulk import BulkReport, captions_of, each, edit_samples, unsaved_before
from app.workbench.planning import look_at_each
from app.workbench.saving import OnDocument, here

LABEL = "Generate captions"


class Which(Enum):
    """Which captions are written."""

    MISSING = "missing"
    """Those that are not there: of samples without captions all, else blank lines and what lacks of ten."""
    ALL = "all"
    """All of every sample; those that are there are replaced."""


@dataclass(frozen=True, slots=True)
class CaptionRequest:
    """How captions are to be written. With ``masks`` these decide about glasses, hats, earrings and necklaces."""

    grammar: Grammar
    options: CaptionOptions = field(default_factory=CaptionOptions)
    which: Which = Which.MISSING
    seed: int = 0
    masks: bool = True
    count: int = CAPTIONS_PER_SAMPLE


@dataclass(frozen=True, slots=True)
class LineChange:
    """Caption ``index`` (0-based) says ``after`` (None: it is gone) where it said ``before`` (None: it is new)."""

    index: int
    before: str | None
    after: str | None


@dataclass(slots=True)
class CaptionReport:
    """What became of the samples.

    ``written`` maps a sample to its new (in a dry run: would-be) lines, ``unchanged`` counts those that had all,
    ``conflicts`` are labels that contradict each other and ``verdicts`` labels that a mask contradicts, of the samples
    that were written for; ``short`` got fewer captions than asked for, ``skipped`` say why a sample was left alone.
    """

    dry_run: bool
    written: dict[SampleId, tuple[LineChange, ...]] = field(default_factory=dict)
    unchanged: int = 0
    conflicts: dict[SampleId, tuple[str, ...]] = field(default_factory=dict)
    verdicts: dict[SampleId, tuple[MaskVerdict, ...]] = field(default_factory=dict)
    short: list[SampleId] = field(default_factory=list)
    skipped: dict[SampleId, str] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        """How many lines are new or other than before."""
        return sum(change.after is not None for changes in self.written.values() for change in changes)


def generate_captions(
    document: Document,
    request: CaptionRequest,
    *,
    ids: Iterable[SampleId] | None = None,
    dry_run: bool = False,
    save: bool = True,
    progress: Progress | None = None,
    on_document: OnDocument = here,
) -> CaptionReport:
    """Captions are written for ``ids``, or every sample, as far as the request asks for them.

    With ``save`` they are in the files when this returns or is cancelled; else they are unsaved edits.
    """
    progress = progress or Silent()
    samples = each(ids, document)
    report = CaptionReport(dry_run)
    planned: dict[SampleId, tuple[LineChange, ...]] = {}

    def edit(sample: SampleId) -> ReplaceCaptions | None:
        found = captions_of(document, sample)
        now = Captions() if found is None else found  # a file of a mark alone has no captions, and keeps it
        wanted = _wanted(document, sample, now, request, report)
        planned[sample] = tuple(_changes(now.texts, wanted.texts))
        return ReplaceCaptions(sample, wanted, LABEL) if planned[sample] else None

    if dry_run:
        told = _tried(document, samples, edit, progress)
    else:
        told = edit_samples(document, samples, edit, LABEL, save=save, progress=progress, on_document=on_document)
    report.written = {sample: planned[sample] for sample in told.changed}
    report.unchanged = len(told.unchanged)
    report.skipped = told.skipped
    return report


def _tried(
    document: Document,
    samples: Sequence[SampleId],
    edit: Callable[[SampleId], ReplaceCaptions | None],
    progress: Progress,
) -> BulkReport:
    """What editing the samples would come to."""
    report = BulkReport()
    offered = unsaved_before(document)

    def look(sample: SampleId) -> None:
        if sample in offered:
            raise ReadOnlyError(offered[sample])
        (report.unchanged if edit(sample) is None else report.changed).append(sample)

    look_at_each(samples, look, report.skipped, progress)
    return report


def samples_lacking(
    document: Document,
    ids: Iterable[SampleId],
    *,
    progress: Progress | None = None,
    on_document: OnDocument = here,
) -> list[SampleId]:
    """Those of ``ids`` for which ``Which.MISSING`` has something to write, and attributes to write it from."""
    lacking: list[SampleId] = []

    def look(sample: SampleId) -> None:
        found = captions_of(document, sample, on_document)
        now = Captions() if found is None else found
        is_wanted = any(_is_wanted(now, at, Which.MISSING) for at in range(CAPTIONS_PER_SAMPLE))
        if is_wanted and not now.unreadable and document.store.has(sample, Modality.ATTRIBUTES):
            lacking.append(sample)

    look_at_each(list(ids), look, {}, progress or Silent())
    return lacking


def suggest_captions(
    document: Document, sample: SampleId, index: int, *, masks: bool = True, seed: int = 0, count: int = 3
) -> tuple[str, ...]:
    """Other words for caption ``index`` (0-based), the nearest first, that say of it what attributes and mask bear out.

    Nothing is changed. Raises InvalidEditError where there is no such caption.
    """
    texts = (captions_of(document, sample) or Captions()).texts
    if not 0 <= index < len(texts):
        raise InvalidEditError(f"there is no caption {index + 1}; the file has {len(texts)}")
    labels, _ = _labels(document, sample, shipped_lexicon("clean").masks if masks else ())
    written = rewrite(texts[index], labels, besides=texts, seed=seed, count=count)
    return tuple(caption.text for caption in written)


def _wanted(
    document: Document, sample: SampleId, now: Captions, request: CaptionRequest, report: CaptionReport
) -> Captions:
    places = [at for at in range(request.count) if _is_wanted(now, at, request.which)]
    if not places and (len(now) <= request.count or request.which is Which.MISSING):
        return now
    if why := now.unreadable or document.store.read_only(Modality.CAPTIONS):
        raise ReadOnlyError(f"its captions cannot be written: {why}")
    stays = len(now) if request.which is Which.MISSING else request.count
    kept = [text for at, text in enumerate(now.texts) if at not in places and at < stays]
    written = _written(document, sample, request, len(places), kept, report)
    if len(written.captions) < len(places):
        report.short.append(sample)
    if written.conflicts:
        report.conflicts[sample] = tuple(map(str, written.conflicts))
    return _with(now, dict(zip(places, written.texts, strict=False)), request)


def _is_wanted(now: Captions, at: int, which: Which) -> bool:
    return which is Which.ALL or at >= len(now) or not now.lines[at].text.strip()


def _written(
    document: Document,
    sample: SampleId,
    request: CaptionRequest,
    count: int,
    kept: list[str],
    report: CaptionReport,
) -> Written:
    labels, verdicts = _labels(document, sample, request.grammar.lexicon.masks if request.masks else ())
    if all(value is None for value in labels.values()):
        raise ReadOnlyError("it has no attributes to write captions from")
    if verdicts:
        report.verdicts[sample] = tuple(verdicts)
    return write(
        labels, sample, grammar=request.grammar, options=request.options, seed=request.seed, count=count, besides=kept
    )


def _labels(
    document: Document, sample: SampleId, rules: tuple[MaskRule, ...]
) -> tuple[dict[str, bool | None], list[MaskVerdict]]:
    """The sample's attributes, as far as its mask bears them out."""
    attributes = _attributes(document, sample)
    labels: dict[str, bool | None] = dict(attributes or {})
    if not labels or not rules or not document.store.has(sample, Modality.MASK):
        return labels, []
    by_pixels = needs_pixels(rules, None if document.is_open(sample) else document.store.class_bits(sample))
    mask = _mask(document, sample) if by_pixels else None
    return (labels, []) if by_pixels and mask is None else decided_by_mask(labels, mask, rules)


def _with(now: Captions, texts: dict[int, str], request: CaptionRequest) -> Captions:
    """The captions with other lines; every other byte and the way lines end are kept."""
    wanted = now
    for at, text in sorted(texts.items()):
        wanted = wanted.replacing(at, text) if at < len(wanted) else wanted.inserting(len(wanted), text)
    while request.which is Which.ALL and len(wanted) > request.count:
        wanted = wanted.removing(len(wanted) - 1)
    return wanted


def _changes(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[LineChange]:
    for index in range(max(len(before), len(after))):
        was = before[index] if index < len(before) else None
        now = after[index] if index < len(after) else None
        if was != now:
            yield LineChange(index, was, now)


# Samples that stay closed are read from the store: opening one reads its whole mask, which few of them need.


def _attributes(document: Document, sample: SampleId) -> Attributes | None:
    return document.attributes(sample) if document.is_open(sample) else document.store.read_attributes(sample).value


def _mask(document: Document, sample: SampleId) -> MaskLayers | None:
    return document.mask(sample) if document.is_open(sample) else document.store.read_mask(sample).value
