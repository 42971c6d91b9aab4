"""What the user asks of a clean-up, and what came of it: values that go to a thread and come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.faces.classes import CLASSES, LAYER_CLASSES
from app.faces.mask import Bits
from app.faces.sample import Photo, SampleId
from app.imaging.cleanup import Operator, Value, clean
from app.imaging.compose import Area, Rules
from app.imaging.difference import Difference, difference
from app.imaging.footprint import Coverage
from app.jobs import Progress


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """An operator with its parameters on some classes of a mask, whose ``bits`` (H, W) are a copy of their own."""

    sample: SampleId
    operator: Operator
    targets: tuple[int, ...]
    values: Mapping[str, Value]
    ignores_restrictions: bool
    bits: Bits
    rules: Rules
    within: Coverage | None
    rgb: Photo | None

    @property
    def label(self) -> str:
        """What the Undo menu reads: ``Median smoothing: hair``."""
        label = self.operator.title
        if self.operator.has_targets:
            label += f": {_named(self.targets)}"
        return f"{label}, ignoring restrictions" if self.ignores_restrictions else label


def _named(targets: tuple[int, ...]) -> str:
    if len(targets) == len(LAYER_CLASSES):
        return "all classes"
    if len(targets) > 3:
        return f"{len(targets)} classes"
    return ", ".join(CLASSES[class_id].name for class_id in targets)


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What a wish comes to: the mask as it would be, and what is different."""

    wish: Wish
    after: Bits
    difference: Difference

    @property
    def shown_classes(self) -> tuple[int, ...]:
        """The classes whose gains and losses are to be seen: the targets; all that change where no target does."""
        changed = [class_id for class_id in self.difference.classes if class_id]
        targets = tuple(class_id for class_id in changed if class_id in self.wish.targets)
        return targets if targets and self.wish.operator.has_targets else tuple(changed)


def proposal_for(wish: Wish, progress: Progress) -> Proposal:
    """Any thread. Restrictions that are ignored are area and photo range; locks hold all the same."""
    rules, within = wish.rules, wish.within
    if wish.ignores_restrictions:
        rules, within = replace(rules, area=Area.EVERYWHERE), None
    after = clean(
        wish.operator, wish.bits, wish.targets, rules,
        given=wish.values, within=within, rgb=wish.rgb, progress=progress,
    )  # fmt: skip
    return Proposal(wish, after, difference(wish.bits, after))
