"""What a check says about a sample: a claim with its evidence, and what could be done about it.

Values only. Checks make them, panels and reports show them, review marks dismiss them by their ``key``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from app.faces.sample import SampleId

EvidenceValue = str | int | float | bool | None | tuple["EvidenceValue", ...]
"""What evidence is made of: what JSON can hold. Captions are numbered from 1 in it, as people do."""

Region = tuple[int, int, int, int]
"""x, y, width, height in pixels of the mask."""


class Severity(Enum):
    """How bad it is, if it is so."""

    ERROR = "error"
    """Certainly wrong: a file is not what it should be, or two things are said that exclude each other."""
    WARNING = "warning"
    """Worth a look: the evidence is strong, but it may deceive."""
    INFO = "info"
    """Good to know; nothing need be done."""


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """A repair: the attribute becomes ``value`` (None: unknown)."""

    attribute: str
    value: bool | None


@dataclass(frozen=True, slots=True)
class RewriteCaption:
    """A repair: caption ``index`` (from 0) no longer says that ``attribute`` is ``value``; the rest of it stays."""

    index: int
    attribute: str
    value: bool


@dataclass(frozen=True, slots=True)
class RegenerateCaption:
    """A repair: caption ``index`` (from 0) is written anew; ``index`` behind the last adds one."""

    index: int


Repair = SetAttribute | RewriteCaption | RegenerateCaption
"""What can be offered as one click. Dismissing is always offered and needs no repair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about one sample.

    ``score`` is 0…1, how sure the check is; findings are sorted by it. ``subject`` says what exactly it is about, in
    the check's own terms: while it stays the same, it is the same finding. ``suggestion`` is one sentence or None.
    """

    sample: SampleId
    check: str
    severity: Severity
    score: float
    message: str
    subject: str
    evidence: Mapping[str, EvidenceValue] = field(default_factory=dict)
    region: Region | None = None
    suggestion: str | None = None
    repairs: tuple[Repair, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same finding today and tomorrow: what a dismissal is kept under. 20 characters."""
        return hashlib.sha256(f"{self.sample}\0{self.check}\0{self.subject}".encode()).hexdigest()[:20]
