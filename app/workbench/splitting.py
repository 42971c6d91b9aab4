"""Which split each sample of an export goes to: the dataset's own, the official one, a new one, or one from a file.

The official split of CelebA-HQ is CelebA's: the mapping table tells each photo's number there, and CelebA's list gives
1…162770 to train, …182637 to val and the rest to test. The numbers are those in file names and start at 1;
the released ``g_partition.py`` compares the column that starts at 0 and is off by one. The whole set has 24,183, 2,993
and 2,824 samples.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.faces.errors import ExportError, UnsafeFileError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.folder import checked
from app.formats.exporting.options import option
from app.formats.files import shown
from app.formats.listing import counted, natural_order
from app.jobs import Progress, Silent
from app.workbench.split_files import celeba_numbers, identities_of, read_split_file
from app.workbench.split_making import Claims, deal, joined
from app.workbench.split_photos import duplicates_among

MODES = ("original", "official", "new", "none", "file")
LAST_OF_TRAIN, LAST_OF_VAL = 162_770, 182_637
"""Numbers of photos in the original CelebA (``list_eval_partition.txt``), which start at 1."""
_WORD = re.compile(r"\s*([^=\s]+)\s*=\s*([0-9.]+)\s*%?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOptions:
    """How samples are split. Dialog and command line are made from it as from the options of a format."""

    mode: str = option(
        "original",
        "the dataset's own split, CelebA's official one, a new one, none, or one from a file",
        title="Split",
        choices=MODES,
    )
    ratios: tuple[str, ...] = option(("train=80", "val=10", "test=10"), "names and shares of a new split")
    seed: int = option(0, "the same seed, samples and shares give the same new split")
    stratify: tuple[str, ...] = option((), "attributes that a new split has in equal shares, e.g. Male,Young")
    duplicates: bool = option(True, "keep copies of one photo on one side of a new split", title="Keep copies together")
    identities: str = option(
        "",
        "identity_CelebA.txt, so that all photos of a person are on one side of a new split",
        title="Identities",
        is_file=True,
    )
    mapping: str = option(
        "",
        "CelebA-HQ-to-CelebA-mapping.txt, where the dataset has none of its own",
        title="Mapping table",
        is_file=True,
    )
    file: str = option(
        "", "CSV or JSON with ids and their splits, for a split from a file", title="Split file", is_file=True
    )


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """The split of each sample; one that is missing is in no split. ``notes`` are sentences for the report.

    ``attributes`` tells for each split how many of its samples have each stratified attribute; ``together`` counts, by
    reason, the groups of two and more samples that were kept on one side.
    """

    of: Mapping[SampleId, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    attributes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    together: Mapping[str, int] = field(default_factory=dict)

    @property
    def sizes(self) -> dict[str, int]:
        """Samples by split; train, val and test come first."""
        counts = Counter(self.of.values())
        return {name: counts[name] for name in sorted(counts, key=_by_custom)}

    def report(self) -> tuple[str, ...]:
        """What became of the split, in lines for people."""
        lines = [f"{name}: {count:,} samples" for name, count in self.sizes.items()]
        for attribute in dict.fromkeys(name for shares in self.attributes.values() for name in shares):
            parts = (
                f"{name} {self.attributes[name][attribute] / max(1, size):.1%}"
                for name, size in self.sizes.items()
                if name in self.attributes
            )
            lines.append(f"{attribute}: {', '.join(parts)}")
        lines += [f"{count:,} groups kept together: {why}" for why, count in self.together.items() if count]
        return (*lines, *self.notes)


def splits_for(
    store: SampleStore, ids: Sequence[SampleId], options: SplitOptions, progress: Progress | None = None
) -> SplitPlan:
    """The split of each of the samples. Deterministic: the order of ``ids`` does not matter.

    Only a new split that keeps copies together opens photos. Raises ExportError where the options make no sense or what
    they need is not there, Cancelled out of ``progress``.
    """
    match options.mode:
        case "none":
            return SplitPlan()
        case "original":
            return _original(store, ids)
        case "official":
            return _official(store, ids, options)
        case "file":
            return _from_file(ids, options)
        case "new":
            return _new(store, ids, options, progress or Silent())
    raise ExportError(f"there is no split called {shown(options.mode)}; there are {', '.join(MODES)}")


def official_split(number: int) -> str:
    """The split of a photo by its number in CelebA, 1…202599."""
    return "train" if number <= LAST_OF_TRAIN else "val" if number <= LAST_OF_VAL else "test"


def _original(store: SampleStore, ids: Sequence[SampleId]) -> SplitPlan:
    of = {sample: split for sample in ids if (split := store.split_of(sample))}
    if not store.splits:
        return SplitPlan(of, ("the dataset keeps no splits of its own; the export has none",))
    return SplitPlan(of, _left(ids, of, "in none of the dataset's splits"))


def _official(store: SampleStore, ids: Sequence[SampleId], options: SplitOptions) -> SplitPlan:
    numbers = celeba_numbers(store, ids, options.mapping)
    if ids and not numbers:
        raise ExportError(
            "the official split needs the photos' numbers in CelebA, and the dataset tells none; name"
            " CelebA-HQ-to-CelebA-mapping.txt or choose another split"
        )
    of = {sample: official_split(number) for sample, number in numbers.items()}
    return SplitPlan(of, _left(ids, of, "without a number in CelebA and so in no official split"))


def _from_file(ids: Sequence[SampleId], options: SplitOptions) -> SplitPlan:
    if not options.file:
        raise ExportError("a split from a file needs the file; name a CSV (id,split) or a JSON ({split: [ids]})")
    told = read_split_file(Path(options.file))
    for split in sorted(set(told.values())):
        _require_name(split)
    of = {sample: told[sample] for sample in ids if sample in told}
    notes = _left(ids, of, f"not in {shown(Path(options.file).name)} and so in no split")
    foreign = told.keys() - set(ids)
    if foreign:
        notes += (f"ids of the split file that are not exported: {counted(natural_order(foreign))}",)
    return SplitPlan(of, notes)


def _new(store: SampleStore, ids: Sequence[SampleId], options: SplitOptions, progress: Progress) -> SplitPlan:
    shares = _shares(options.ratios)
    samples = [SampleId(sample) for sample in natural_order(ids)]
    claims, missing = _claims(store, samples, options.stratify)
    notes: list[str] = []
    together: dict[str, int] = {}
    reasons: list[list[list[SampleId]]] = []
    if options.identities:
        numbers = celeba_numbers(store, samples, options.mapping)
        people = identities_of(numbers, Path(options.identities))
        notes += _left(samples, people, "whose identity is not known, each taken for a person of its own")
        reasons.append(_groups_by(people))
        together["one identity"] = len(reasons[-1])
    if options.duplicates:
        found = duplicates_among(store, samples, progress)
        notes += found.notes
        reasons.append(found.groups)
        together["copies of one photo"] = len(found.groups)
    if missing:
        notes.append(f"samples without all of {', '.join(options.stratify)}: {counted(missing)}")
    of = deal(joined(samples, reasons), claims, shares, random.Random(options.seed))
    balance = {
        split: {
            name: sum(of[sample] == split and claims[sample].get(name) == 1 for sample in samples)
            for name in options.stratify
        }
        for split in shares
    }
    return SplitPlan(of, tuple(notes), balance if options.stratify else {}, together)


def _claims(store: SampleStore, samples: Sequence[SampleId], names: Sequence[str]) -> tuple[Claims, list[str]]:
    """For each sample the values of the attributes to stratify by: 1, −1, or 0 where unknown."""
    if not names:
        return {sample: {} for sample in samples}, []
    claims: dict[SampleId, Mapping[str, int]] = {}
    missing: list[str] = []
    seen: set[str] = set()
    for sample in samples:
        values = store.read_attributes(sample).value if store.has(sample, Modality.ATTRIBUTES) else None
        told = {name: values.get(name) if values else None for name in names}
        seen.update(values or ())
        claims[sample] = {name: 0 if value is None else 1 if value else -1 for name, value in told.items()}
        if None in told.values():
            missing.append(sample)
    unknown = [name for name in names if name not in seen]
    if samples and unknown:
        raise ExportError(f"the dataset has no attribute {', '.join(map(shown, unknown))} to stratify by")
    return claims, missing


def _shares(ratios: Sequence[str]) -> dict[str, float]:
    """``("train=80", "test=20")`` as names and shares that add up to 1."""
    shares: dict[str, float] = {}
    for ratio in ratios:
        found = _WORD.fullmatch(ratio)
        try:
            name, share = (found[1], float(found[2])) if found else ("", 0.0)
        except ValueError:
            name, share = "", 0.0
        if not name or name in shares:
            raise ExportError(f"{shown(ratio)} is no share of a split; write e.g. train=80,val=10,test=10")
        shares[_require_name(name)] = share
    total = sum(shares.values())
    if not 0 < total < math.inf:
        raise ExportError("the shares of the new split add up to nothing; write e.g. train=80,val=10,test=10")
    return {name: share / total for name, share in shares.items()}


def _require_name(split: str) -> str:
    try:
        if checked(split) == split and "/" not in split and split[0] != "." and split.isprintable():
            return split
    except UnsafeFileError:
        pass
    raise ExportError(f"{shown(split)!r} is no name for a split; it becomes the name of a folder")


def _groups_by(of: Mapping[SampleId, str]) -> list[list[SampleId]]:
    groups: dict[str, list[SampleId]] = {}
    for sample, key in of.items():
        groups.setdefault(key, []).append(sample)
    return [group for group in groups.values() if len(group) > 1]


def _left(ids: Sequence[SampleId], of: Mapping[SampleId, object], what: str) -> tuple[str, ...]:
    left = [sample for sample in ids if sample not in of]
    return (f"samples {what}: {counted(left)}",) if left else ()


def _by_custom(split: str) -> tuple[int, str]:
    order = ("train", "val", "test")
    return (order.index(split) if split in order else len(order), split)
