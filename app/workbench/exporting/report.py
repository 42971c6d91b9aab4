"""What an export left out and why, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app import __version__
from app.faces.sample import Modality, SampleId
from app.formats.exporting.protocol import Written
from app.formats.files import shown
from app.formats.listing import natural_order

PLURALS: Mapping[Modality, str] = {
    Modality.PHOTO: "photos",
    Modality.MASK: "masks",
    Modality.SKETCH: "sketches",
    Modality.CAPTIONS: "captions",
    Modality.ATTRIBUTES: "attributes",
    Modality.POSE: "head poses",
}
_NAMED = 12
_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class LeftOutGroup:
    """Samples of which the same is missing for the same reason. ``modality`` None: the whole sample."""

    modality: Modality | None
    why: str
    samples: tuple[SampleId, ...]

    def with_why(self, why: str) -> LeftOutGroup:
        """The same in other words."""
        return replace(self, why=why)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did. ``samples`` are in it, ``kept`` of them had been written before it was interrupted.

    ``not_held`` counts, by sentence, what the format has no place for; ``left_out`` is what could not be written
    although it has.
    """

    format: str
    title: str
    folder: Path
    samples: int
    files: int
    size: int
    kept: int
    not_held: Mapping[str, int]
    losses: Mapping[Modality, str]
    left_out: tuple[LeftOutGroup, ...]
    counts: Mapping[str, int]
    samples_counted: Mapping[str, int]
    splits: Mapping[str, int]
    notes: tuple[str, ...]

    @property
    def missing(self) -> frozenset[SampleId]:
        """The samples of which nothing was written."""
        return missing_of(self.left_out)

    @property
    def is_complete(self) -> bool:
        """Whether everything the format can hold was written."""
        return not self.left_out

    def with_note(self, note: str) -> ExportReport:
        """The same with a sentence more."""
        return replace(self, notes=(*self.notes, note))

    def as_json(self) -> dict[str, Any]:
        """The report without the place of the export."""
        return {
            "program": f"facewright {__version__}",
            "format": self.format,
            "samples": self.samples,
            "files": self.files,
            "bytes": self.size,
            "samples_written_before_an_interruption": self.kept,
            "splits": dict(self.splits),
            "not_held": dict(self.not_held),
            "losses": {modality.value: why for modality, why in self.losses.items()},
            "left_out": [
                {
                    "modality": group.modality.value if group.modality else None,
                    "why": group.why,
                    "count": len(group.samples),
                    "samples": list(group.samples),
                }
                for group in self.left_out
            ],
            "counts": {
                what: {"count": count, "samples": self.samples_counted.get(what)} for what, count in self.counts.items()
            },
            "notes": list(self.notes),
        }

    def lines(self) -> list[str]:
        """The report for people."""
        lines = [f"{_samples(self.samples)} as {self.title}: {self.files:,} files, {self.size:,} bytes"]
        if self.splits:
            lines.append("splits: " + ", ".join(f"{name} {count:,}" for name, count in self.splits.items()))
        lines += _section("Not written", [f"{what}: {count:,} not written" for what, count in self.not_held.items()])
        lines += _section("Could not be written", [_sentence(group) for group in self.left_out])
        lines += _section(
            "Counted",
            [_figure(count, what, self.samples_counted.get(what)) for what, count in self.counts.items()],
        )
        lines += _section("Does not come back", [f"{PLURALS[each]}: {why}" for each, why in self.losses.items()])
        return [*lines, *_section("Notes", self.notes)]


def totals(
    parts: Iterable[Written],
) -> tuple[tuple[LeftOutGroup, ...], dict[str, int], dict[str, int]]:
    """What all parts left out, grouped, and their figures and samples counted, added up."""
    groups: dict[tuple[Modality | None, str], list[SampleId]] = {}
    counts: dict[str, int] = {}
    samples: dict[str, int] = {}
    for written in parts:
        for gone in written.left_out:
            groups.setdefault((gone.modality, gone.why), []).append(gone.sample)
        for total, figures in ((counts, written.counts), (samples, written.samples_counted)):
            for what, count in figures.items():
                total[what] = total.get(what, 0) + count
    left_out = (
        LeftOutGroup(modality, why, tuple(map(SampleId, natural_order(gone))))
        for (modality, why), gone in groups.items()
    )
    return tuple(left_out), counts, samples


def missing_of(groups: Iterable[LeftOutGroup]) -> frozenset[SampleId]:
    """The samples that are left out as a whole."""
    return frozenset(sample for group in groups if group.modality is None for sample in group.samples)


def not_held(title: str, counts: Mapping[Modality, int]) -> dict[str, int]:
    """``{"COCO has no sketches": 24}``."""
    have = "have" if title.endswith("s") else "has"
    return {f"{title} {have} no {PLURALS[modality]}": count for modality, count in counts.items()}


def without_places(text: str, *places: Path) -> str:
    """The text without the places of this machine, which are nobody's business where the export goes."""
    for place in places:
        for spelled in dict.fromkeys((str(place), str(place.absolute()), str(place.resolve()))):
            if len(spelled) > 1:
                text = text.replace(f"{spelled}/", "").replace(spelled, place.name)
    return text


def _sentence(group: LeftOutGroup) -> str:
    some = ", ".join(shown(sample) for sample in group.samples[:_NAMED])
    more = f" and {len(group.samples) - _NAMED:,} more" if len(group.samples) > _NAMED else ""
    whole = "sample" if len(group.samples) == 1 else "samples"
    what = f"{PLURALS[group.modality]} of" if group.modality else whole
    return f"{what} {some}{more}: {group.why}"


def _figure(count: int, what: str, samples: int | None) -> str:
    """``812 pixels of necklace under neck, lost by flattening in 3 samples``; samples themselves are in no samples."""
    noun, _, rest = what.partition(" ")
    if count == 1 and noun.endswith("s"):
        noun = noun[:-1]
    where = "" if samples is None or what.startswith("samples ") else f" in {_samples(samples)}"
    return f"{count:,} {noun} {rest}{where}"


def _samples(count: int) -> str:
    return f"{count:,} {'sample' if count == 1 else 'samples'}"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    listed = [f"  {line}" for line in lines]
    if len(listed) > _MOST_LINES:
        listed[_MOST_LINES:] = [f"  and {len(listed) - _MOST_LINES:,} more, which are in report.json"]
    return ["", title, *listed] if listed else []
