"""Review marks as verbs and as lines of ``review.jsonl``: what a person decides about samples, plain and mergeable.

One line is one action: ``{"id", "at", "by", "samples": […], "set": {"state"?, "add_tags"?, "remove_tags"?, "note"?,
"dismiss"?, "recall"?}}``; the last two are keys of findings.
Taking an action back is a line too, ``{"id", "at", "by", "undoes": "<id>"}``, and doing it again undoes that line. No
line is ever changed, so the files of two people are merged by keeping every line of both, in any order. Lines may come
from anybody: everything is checked before it is believed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.faces.errors import InvalidEditError
from app.faces.review import Review, ReviewState
from app.faces.sample import SampleId

MAX_TAG, MAX_TAGS, MAX_NOTE = 64, 100, 20_000
"""Letters of a tag, tags of one action, letters of a note."""
_MAX_KEYS = 100
"""Findings dismissed in one action."""
_MAX_NAME = 200
_LATEST = 9e9
"""Seconds since 1970, in the year 2255; beyond, microseconds blur."""

_LABELS = {
    ReviewState.NONE: ("Clear the review state", "Clear the review state of {}"),
    ReviewState.REJECTED: ("Reject", "Reject {}"),
    ReviewState.PENDING: ("Mark as pending", "Mark {} as pending"),
    ReviewState.ACCEPTED: ("Accept", "Accept {}"),
}
_SETS = frozenset({"state", "add_tags", "remove_tags", "note", "dismiss", "recall"})


@dataclass(frozen=True, slots=True)
class ReviewChange:
    """What an action sets: a state, a note (None: as it was), tags, findings dismissed or recalled by their keys.

    Tags that are both removed and added stay; so do findings both recalled and dismissed.
    """

    state: ReviewState | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    note: str | None = None
    dismiss: tuple[str, ...] = ()
    recall: tuple[str, ...] = ()

    def applied(self, review: Review) -> Review:
        """The marks after."""
        return Review(
            review.state if self.state is None else self.state,
            _folded(review.tags, self.add_tags, self.remove_tags),
            review.note if self.note is None else self.note,
            _folded(review.dismissed, self.dismiss, self.recall),
        )

    def label(self, count: int) -> str:
        """What the Undo menu reads for an action on ``count`` samples: "Accept", "Tag 40 samples blurred"."""
        first = next(self._parts(f"{count:,} samples".replace(",", " ") if count != 1 else None))
        return ", ".join([first, *(part[:1].lower() + part[1:] for part in list(self._parts(None))[1:])])

    def _parts(self, samples: str | None) -> Iterator[str]:
        if self.state is not None:
            one, several = _LABELS[self.state]
            yield one if samples is None else several.format(samples)
        if self.add_tags:
            named = ", ".join(self.add_tags)
            yield f"Tag {named}" if samples is None else f"Tag {samples} {named}"
        if self.remove_tags:
            named = f"Remove {'tag' if len(self.remove_tags) == 1 else 'tags'} {', '.join(self.remove_tags)}"
            yield named if samples is None else f"{named} from {samples}"
        if self.note is not None:
            verb = "Edit" if self.note else "Remove"
            yield f"{verb} note" if samples is None else f"{verb} the note of {samples}"
        for verb, keys in (("Dismiss", self.dismiss), ("Recall", self.recall)):
            if keys:
                what = "finding" if len(keys) == 1 else f"{len(keys)} findings"
                yield f"{verb} {what}" if samples is None else f"{verb} {what} of {samples}"

    def to_json(self) -> dict[str, object]:
        """What is set, and nothing else."""
        found: dict[str, object] = {}
        if self.state is not None:
            found["state"] = self.state.value
        if self.add_tags:
            found["add_tags"] = list(self.add_tags)
        if self.remove_tags:
            found["remove_tags"] = list(self.remove_tags)
        if self.note is not None:
            found["note"] = self.note
        if self.dismiss:
            found["dismiss"] = list(self.dismiss)
        if self.recall:
            found["recall"] = list(self.recall)
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> ReviewChange:
        """Raises ValueError, KeyError or TypeError for anything ``to_json`` could not have written."""
        if not found or not _SETS.issuperset(found):
            raise ValueError("an action of another program")
        state, note = found.get("state"), found.get("note")
        if note is not None and (not isinstance(note, str) or len(note) > MAX_NOTE):
            raise ValueError("a note is no text, or too long")
        adds, removes = _tags(found.get("add_tags")), _tags(found.get("remove_tags"))
        keys = (_keys(found.get("dismiss")), _keys(found.get("recall")))
        change = cls(None if state is None else ReviewState(state), adds, removes, note, *keys)
        if change == cls():
            raise ValueError("an action that sets nothing")
        return change


@dataclass(frozen=True, slots=True)
class MarkSamples:
    """Mark samples: a state, tags, a note, findings (by key) dismissed or recalled.

    However many samples, it is one step, and none of them is opened for it.
    """

    samples: Sequence[SampleId]
    state: ReviewState | None = None
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()
    note: str | None = None
    origin: object | None = None
    dismiss: Sequence[str] = ()
    recall: Sequence[str] = ()

    @property
    def change(self) -> ReviewChange:
        """What is set. Raises InvalidEditError for a tag, note or key that cannot be kept."""
        adds, removes = (tuple(dict.fromkeys(map(str.strip, tags))) for tags in (self.add_tags, self.remove_tags))
        for tag in (*adds, *removes):
            if not is_tag(tag):
                raise InvalidEditError(f"{tag!r} is no tag; a tag is one line of 1 to {MAX_TAG} letters")
        if max(len(adds), len(removes)) > MAX_TAGS:
            raise InvalidEditError(f"more than {MAX_TAGS} tags at once; set fewer")
        if self.note is not None and len(self.note) > MAX_NOTE:
            raise InvalidEditError(f"the note has {len(self.note):,} letters; {MAX_NOTE:,} is the most")
        keys = [*self.dismiss, *self.recall]
        if len(keys) > _MAX_KEYS or not all(map(_is_key, keys)):
            raise InvalidEditError(f"a finding has a key of a few letters, and {_MAX_KEYS} at once are the most")
        dismiss, recall = (tuple(dict.fromkeys(each)) for each in (self.dismiss, self.recall))
        return ReviewChange(self.state, adds, removes, self.note, dismiss, recall)

    def merges(self, later: MarkSamples, /) -> bool:
        """Whether ``later``, coming soon after, is part of the same step: typing goes on in one note."""
        return all(map(_is_note, (self, later))) and (list(later.samples), later.origin) == (
            list(self.samples),
            self.origin,
        )


def _is_note(mark: MarkSamples) -> bool:
    """Whether it sets a note and nothing else."""
    others = (mark.add_tags, mark.remove_tags, mark.dismiss, mark.recall)
    return mark.note is not None and mark.state is None and not any(map(len, others))


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One action. ``at`` in seconds since 1970, later than every action it was made on, whatever the clocks said.

    An action either changes the marks of ``samples`` or ``undoes`` another one by id.
    """

    id: str
    at: float
    by: str
    samples: tuple[SampleId, ...] = ()
    change: ReviewChange | None = None
    undoes: str | None = None

    @property
    def key(self) -> tuple[float, str]:
        """The order in which actions count; the same for everybody."""
        return self.at, self.id

    @property
    def label(self) -> str:
        """What the Undo menu reads."""
        return "" if self.change is None else self.change.label(len(self.samples))

    def to_bytes(self) -> bytes:
        """A line of JSON."""
        fields: dict[str, object] = {"id": self.id, "at": round(self.at, 6), "by": self.by}
        if self.change is None:
            fields["undoes"] = self.undoes
        else:
            fields |= {"samples": list(self.samples), "set": self.change.to_json()}
        return json.dumps(fields, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_json(cls, found: Any) -> MarkLine:
        """Raises ValueError, KeyError or TypeError for anything ``to_bytes`` could not have written."""
        name, at, by = found["id"], found["at"], found.get("by", "")
        if type(at) not in (float, int) or not (math.isfinite(at) and 0 <= at <= _LATEST):
            raise ValueError("no time")
        if not (_is_name(name) and isinstance(by, str) and len(by) <= _MAX_NAME):
            raise ValueError("no name")
        if "undoes" in found:
            undoes = found["undoes"]
            if not _is_name(undoes) or "set" in found:
                raise ValueError("undoes nothing")
            return cls(name, float(at), by, undoes=undoes)
        samples = found["samples"]
        if not isinstance(samples, list) or not samples or not all(map(_is_name, samples)):
            raise ValueError("no samples")
        change = ReviewChange.from_json(found["set"])
        return cls(name, float(at), by, tuple(dict.fromkeys(samples)), change)


def is_tag(text: object) -> bool:
    """Whether it can be a tag: one line, no blanks around it, neither empty nor too long."""
    return isinstance(text, str) and 0 < len(text) <= MAX_TAG and text == text.strip() and text.isprintable()


def _tags(found: Any) -> tuple[str, ...]:
    if found is None:
        return ()
    if not isinstance(found, list) or len(found) > MAX_TAGS or not all(map(is_tag, found)):
        raise ValueError("a tag is none")
    return tuple(found)


def _folded(before: tuple[str, ...], added: Sequence[str], removed: Sequence[str]) -> tuple[str, ...]:
    if not added and not removed:
        return before
    return tuple(sorted({*before}.difference(removed).union(added)))


def _is_key(text: object) -> bool:
    """Whether it can be the key of a finding: some plain letters."""
    return isinstance(text, str) and 0 < len(text) <= MAX_TAG and text.isascii() and text.isalnum()


def _keys(found: Any) -> tuple[str, ...]:
    if found is None:
        return ()
    if not isinstance(found, list) or len(found) > _MAX_KEYS or not all(map(_is_key, found)):
        raise ValueError("a finding has no such key")
    return tuple(found)


def _is_name(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= _MAX_NAME


def lines_of(data: bytes) -> list[MarkLine] | None:
    """The actions on one line of a file; None where it is torn or not ours.

    Files that were joined without a line end between them have two actions on a line.
    """
    try:
        text = data.decode("utf-8-sig").strip()
        found = []
        while text:
            entry, end = _DECODER.raw_decode(text)
            found.append(MarkLine.from_json(entry))
            text = text[end:].lstrip()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return None
    return found


_DECODER = json.JSONDecoder()
