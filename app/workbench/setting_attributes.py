"""Attributes of a whole selection set at once: one step, saved into the native table without touching another byte."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.document.document import Document
from app.document.edits import SetAttributes
from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.errors import InvalidEditError, ReadOnlyError
from app.faces.sample import Modality, SampleId
from app.faces.store import ValueChange
from app.jobs import Progress, Silent
from app.workbench.bulk import BulkReport, each, edit_samples, unsaved_before
from app.workbench.planning import look_at_each
from app.workbench.saving import ROWS_SAVED_AT_ONCE, OnDocument, here

_WORDS: Mapping[str, bool | None] = {
    "yes": True, "true": True, "1": True, "no": False, "false": False, "-1": False, "unknown": None, "none": None,
}  # fmt: skip

Wanted = tuple[tuple[str, bool | None], ...]
"""Attributes by name, and what each is to be."""


@dataclass(slots=True)
class AttributePlan:
    """What setting would change: of each sample the attributes that are something else now. Nothing is changed."""

    wanted: Wanted
    changes: dict[SampleId, Wanted] = field(default_factory=dict)
    unchanged: list[SampleId] = field(default_factory=list)
    skipped: dict[SampleId, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """In the Undo menu: ``Set Smiling to yes``."""
        return SetAttributes(SampleId(""), self.wanted).label


def wanted_attributes(words: Iterable[str]) -> Wanted:
    """``["Smiling=yes", "Male=no"]`` as values. Raises InvalidEditError for other words, naming what may be meant."""
    wanted: dict[str, bool | None] = {}
    by_name = {name.casefold(): name for name in ATTRIBUTE_NAMES}
    for word in words:
        name, equals, value = word.partition("=")
        known = by_name.get(name.strip().replace(" ", "_").casefold())
        if known is None:
            close = difflib.get_close_matches(name, ATTRIBUTE_NAMES, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(ATTRIBUTE_NAMES)}"
            raise InvalidEditError(f"there is no attribute {name!r}; {hint}")
        if not equals or value.strip().casefold() not in _WORDS:
            raise InvalidEditError(f"{word!r} does not say what {known} is to be; say {known}=yes, =no or =unknown")
        answer = _WORDS[value.strip().casefold()]
        if wanted.setdefault(known, answer) is not answer:
            raise InvalidEditError(f"{known} is said to be two things; say which it is to be")
    if not wanted:
        raise InvalidEditError("there is nothing to set; say Smiling=yes, for example")
    return tuple(wanted.items())


def plan_attributes(
    document: Document,
    wanted: Wanted,
    *,
    ids: Iterable[SampleId] | None = None,
    progress: Progress | None = None,
    on_document: OnDocument = here,
) -> AttributePlan:
    """What setting them in ``ids`` (None: in all samples) would change.

    Raises ReadOnlyError where the table has no word for "unknown": told now, not when the files are written.
    """
    plan = AttributePlan(wanted)
    read_only = document.store.read_only(Modality.ATTRIBUTES)
    offered = on_document(lambda: unsaved_before(document))

    def look(sample: SampleId) -> None:
        attributes = _attributes_of(document, sample, on_document)
        changes = tuple((name, value) for name, value in wanted if attributes.get(name) is not value)
        if not changes:
            plan.unchanged.append(sample)
        elif why := read_only or offered.get(sample):
            raise ReadOnlyError(why)
        else:
            plan.changes[sample] = changes

    look_at_each(each(ids, document), look, plan.skipped, progress or Silent())
    on_document(lambda: _require_words(document, plan))
    return plan


def set_attributes(
    document: Document,
    plan: AttributePlan,
    *,
    save: bool = True,
    progress: Progress | None = None,
    on_document: OnDocument = here,
) -> BulkReport:
    """What was planned is in the document as one step, with ``save`` in the table too."""
    edit = lambda sample: SetAttributes(sample, plan.changes[sample])  # noqa: E731
    return edit_samples(
        document,
        list(plan.changes),
        edit,
        plan.label,
        save=save,
        at_once=ROWS_SAVED_AT_ONCE,
        progress=progress,
        on_document=on_document,
    )


def _require_words(document: Document, plan: AttributePlan) -> None:
    sample, unknown = next(iter(plan.changes), None), [name for name, value in plan.wanted if value is None]
    now = document.store.read_attributes(sample).value if sample is not None and unknown else None
    if sample is not None and now is not None:
        wanted = ValueChange(Modality.ATTRIBUTES, None, now.replacing(unknown[0], None), {})
        document.store.plan_save(sample, [wanted])


def _attributes_of(document: Document, sample: SampleId, on_document: OnDocument) -> Attributes:
    """A sample that is not open stays closed. Raises ReadOnlyError where it has none."""
    if document.is_open(sample):
        attributes = on_document(lambda: document.attributes(sample))
        why = on_document(lambda: document.read_only(sample, Modality.ATTRIBUTES))
    else:
        loaded = document.store.read_attributes(sample)
        attributes, why = loaded.value, loaded.read_only
    if attributes is None or why:
        raise ReadOnlyError(why or "it has no row in the attribute table")
    return attributes
