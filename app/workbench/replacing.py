"""Find and replace in the captions of a selection: a list of what would change, then what was ticked, as one step.

The list is made without opening a sample and changes nothing. Between the list and the change time passes: a line that
says something else by then is left alone and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.document.document import Document
from app.document.edits import ReplaceCaptions
from app.faces.captions import Captions
from app.faces.errors import ConflictError, FaceDataError, InvalidEditError, ReadOnlyError
from app.faces.sample import Modality, SampleId
from app.generation.rewording import Replacement, Span
from app.generation.writing import tokens_of
from app.jobs import Progress, Silent
from app.workbench.bulk import BulkReport, captions_of, each, edit_samples, unsaved_before
from app.workbench.saving import OnDocument, here


@dataclass(frozen=True, slots=True)
class LineDiff:
    """Caption ``index`` (0-based) of a sample would say ``after``; ``spans`` tell where the two differ.

    ``trouble`` is what a reviewer should know before ticking it: the line would be blank, or say what another says.
    """

    sample: SampleId
    index: int
    before: str
    after: str
    spans: tuple[Span, ...]
    trouble: str | None = None


@dataclass(slots=True)
class ReplacePreview:
    """What would change in ``looked_at`` samples, and why some captions cannot be changed.

    ``other_case``: so many captions would change, too, if capitals and small letters were the same.
    """

    replacement: Replacement
    looked_at: int = 0
    other_case: int = 0
    lines: list[LineDiff] = field(default_factory=list)
    skipped: dict[SampleId, str] = field(default_factory=dict)

    @property
    def samples(self) -> list[SampleId]:
        """The samples with lines to be changed."""
        return list(dict.fromkeys(line.sample for line in self.lines))


def preview_replacement(
    document: Document,
    replacement: Replacement,
    *,
    ids: Iterable[SampleId] | None = None,
    progress: Progress | None = None,
    on_document: OnDocument = here,
) -> ReplacePreview:
    """Every line of ``ids`` (None: of all samples) that the replacement changes. Nothing is changed.

    A pattern that takes too long raises InvalidEditError with the place where it did. Raises Cancelled.
    """
    progress = progress or Silent()
    preview = ReplacePreview(replacement)
    read_only = document.store.read_only(Modality.CAPTIONS)
    offered = on_document(lambda: unsaved_before(document))
    loose = replacement.in_any_case
    samples = each(ids, document)
    for done, sample in enumerate(samples):
        progress.report(done, len(samples), f"sample {sample}")
        try:
            captions = captions_of(document, sample, on_document)
        except (OSError, FaceDataError) as error:
            preview.skipped[sample] = str(error)
            continue
        if captions is None:
            continue
        preview.looked_at += 1
        found = _line_diffs(sample, captions, replacement)
        if loose is not None:
            indices = {line.index for line in found}
            preview.other_case += sum(loose.finds(t) for at, t in enumerate(captions.texts) if at not in indices)
        if not found:
            continue
        if why := read_only or captions.unreadable or offered.get(sample) or _unwritable(captions, found):
            preview.skipped[sample] = why
        else:
            preview.lines += found
    progress.report(len(samples), len(samples))
    return preview


def replace_lines(
    document: Document,
    lines: Sequence[LineDiff],
    label: str,
    *,
    save: bool = True,
    progress: Progress | None = None,
    on_document: OnDocument = here,
) -> BulkReport:
    """The lines say what they were to say: one step over all their samples. ``label`` is for the Undo menu.

    A sample is changed whole or left alone; ``edit_samples`` tells the rest.
    """
    of_sample: dict[SampleId, list[LineDiff]] = {}
    for line in lines:
        of_sample.setdefault(line.sample, []).append(line)

    def edit(sample: SampleId) -> ReplaceCaptions:
        captions = captions_of(document, sample)
        if captions is None:
            raise ConflictError("its captions are gone since; look for them again")
        if why := captions.unreadable:
            raise ReadOnlyError(why)
        for line in of_sample[sample]:
            if line.index >= len(captions) or captions.texts[line.index] != line.before:
                raise ConflictError(f"its caption {line.index + 1} was changed since; look for it again")
            captions = captions.replacing(line.index, line.after)
        return ReplaceCaptions(sample, captions, label)

    return edit_samples(document, list(of_sample), edit, label, save=save, progress=progress, on_document=on_document)


def _unwritable(captions: Captions, lines: Iterable[LineDiff]) -> str | None:
    """Why the file cannot hold a line as it would be; known before somebody ticks it."""
    for line in lines:
        try:
            captions.replacing(line.index, line.after)
        except InvalidEditError as error:
            return f"caption {line.index + 1}: {error}"
    return None


def _line_diffs(sample: SampleId, captions: Captions, replacement: Replacement) -> list[LineDiff]:
    texts = list(captions.texts)
    changed = []
    for index, text in enumerate(texts):
        try:
            reworded = replacement.of(text)
        except InvalidEditError as error:
            raise InvalidEditError(f"caption {index + 1} of sample {sample}: {error}") from None
        if reworded.text != text:
            changed.append((index, text, reworded))
            texts[index] = reworded.text
    if not changed:
        return []
    said = [tokens_of(text) for text in captions.texts]
    places: dict[tuple[str, ...], list[int]] = {}
    for index, text in enumerate(texts):
        places.setdefault(tokens_of(text), []).append(index)
    return [
        LineDiff(sample, index, before, after.text, after.spans, _trouble(index, after.text, places, said))
        for index, before, after in changed
    ]


def _trouble(
    index: int, text: str, places: Mapping[tuple[str, ...], list[int]], said: Sequence[tuple[str, ...]]
) -> str | None:
    """What the replacement would spoil. Captions that say the same now (``said``) are none the worse for it."""
    if not text.strip():
        return "it would be blank: trainers drop it or read an empty caption"
    others = [str(other + 1) for other in places[tokens_of(text)] if said[other] != said[index]]
    return f"it would say the same as caption {', '.join(others)}" if others else None
