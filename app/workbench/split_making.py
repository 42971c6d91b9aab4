"""Dealing samples out to splits: in given shares, balanced by attributes, and what belongs together stays together."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from app.faces.sample import SampleId

Claims = Mapping[SampleId, Mapping[str, int]]
"""For each sample the attributes to balance by: 1 yes, −1 no, 0 unknown."""


def joined(samples: Sequence[SampleId], reasons: Iterable[Iterable[Sequence[SampleId]]]) -> list[list[SampleId]]:
    """All samples in groups, each in one: samples that share a group for any reason, also through others."""
    leader = {sample: sample for sample in samples}

    def find(sample: SampleId) -> SampleId:
        while leader[sample] != sample:
            leader[sample] = leader[leader[sample]]
            sample = leader[sample]
        return sample

    for groups in reasons:
        for group in groups:
            for sample in group[1:]:
                leader[find(sample)] = find(group[0])
    found: dict[SampleId, list[SampleId]] = {}
    for sample in samples:
        found.setdefault(find(sample), []).append(sample)
    return list(found.values())


def deal(
    groups: Sequence[Sequence[SampleId]], claims: Claims, shares: Mapping[str, float], chance: random.Random
) -> dict[SampleId, str]:
    """The split of every sample. ``shares`` add up to 1.

    Sizes are exact (largest remainders) as long as groups can be fitted; within them each attribute, and each
    combination of all of them, is spread as evenly as it can be. Large groups are dealt first, then rare values, each
    to the split that lacks most of its rarest value (iterative stratification, Sechidis et al. 2011). Values too rare
    to be in every split do not count.
    """
    room = _sizes(sum(map(len, groups)), shares)
    labels = [_labels(group, claims) for group in groups]
    totals: Counter[object] = Counter()
    for each in labels:
        totals.update(each)
    lacking = {split: {label: share * count for label, count in totals.items()} for split, share in shares.items()}
    enough = 1 / min(share for share in shares.values() if share)
    by_rarity = sorted((label for label, count in totals.items() if count >= enough), key=lambda label: totals[label])
    rank = {label: at for at, label in enumerate(by_rarity)}
    ranks = [sorted(rank[label] for label in each if label in rank) for each in labels]
    order = list(range(len(groups)))
    chance.shuffle(order)
    order.sort(key=lambda at: (-len(groups[at]), ranks[at]))
    of: dict[SampleId, str] = {}
    for at in order:
        group = groups[at]
        fitting = [split for split in shares if room[split] >= len(group)] or [max(room, key=lambda s: room[s])]
        rarest_first = [by_rarity[place] for place in ranks[at]]
        split = max(fitting, key=lambda s: ([round(lacking[s][label], 9) for label in rarest_first], room[s]))
        room[split] -= len(group)
        for label, count in labels[at].items():
            lacking[split][label] -= count
        of.update(dict.fromkeys(group, split))
    return of


def _labels(group: Sequence[SampleId], claims: Claims) -> Counter[object]:
    labels: Counter[object] = Counter()
    for sample in group:
        values = tuple(claims[sample].items())
        labels.update(values)
        if len(values) > 1:
            labels[values] += 1
    return labels


def _sizes(count: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Whole numbers that add up to the count, by largest remainders; the first named wins a tie."""
    exact = {split: count * share for split, share in shares.items()}
    sizes = {split: int(size + 1e-9) for split, size in exact.items()}
    by_remainder = sorted(shares, key=lambda split: sizes[split] - exact[split])
    for split in by_remainder[: count - sum(sizes.values())]:
        sizes[split] += 1
    return sizes
