"""What a clean-up operator is: a plan of touches for some classes, and the one way in which a plan meets the mask.

An operator never writes a bit. It looks at the mask as it is and says which pixels a class should gain and which it
should lose; ``clean`` sends that through the gate, so locks, editable area, photo range and the rule for other classes
hold for every operator, also for those not written yet. Its parameters are declared: panel, palette, tests and scripts
read the same list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from app.faces.classes import ALL_BITS, CLASSES
from app.faces.errors import InvalidEditError
from app.faces.mask import Bits, IndexMap, flatten
from app.imaging.compose import Area, Erase, Others, Rules, Touch, touched
from app.imaging.footprint import Coverage
from app.jobs import Progress, Silent

RgbPixels = npt.NDArray[np.uint8]
"""(H, W, 3): R, G, B of the photo at the mask's resolution."""
Value = float | int | str | bool


@dataclass(frozen=True, slots=True)
class Amount:
    """A number from ``least`` to ``most`` in steps of ``step``; whole where the step is."""

    name: str
    title: str
    default: float
    least: float
    most: float
    step: float = 1
    unit: str = "px"
    is_reach: bool = False
    """Whether it is the radius of a disc around each pixel, which can be shown."""

    def checked(self, value: Value) -> float:
        """The value as a number. Raises InvalidEditError for what is none, or out of range."""
        if isinstance(value, str | bool) or not self.least <= value <= self.most:
            raise InvalidEditError(f"{self.title} is a number from {self.least:g} to {self.most:g}, not {value!r}")
        return value


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several words, each with what it is called."""

    name: str
    title: str
    choices: tuple[tuple[str, str], ...]
    default: str

    def checked(self, value: Value) -> str:
        """The word. Raises InvalidEditError for another one."""
        words = [word for word, _ in self.choices]
        if value not in words:
            raise InvalidEditError(f"{self.title} is one of {', '.join(words)}, not {value!r}")
        return str(value)


@dataclass(frozen=True, slots=True)
class ClassChoice:
    """A class by its official id; -1 where ``nothing`` says what no choice is called."""

    name: str
    title: str
    default: int
    nothing: str = ""
    has_background: bool = False

    def checked(self, value: Value) -> int:
        """The id. Raises InvalidEditError for a class that cannot be chosen."""
        least = -1 if self.nothing else 0 if self.has_background else 1
        if isinstance(value, str | bool) or value not in range(least, len(CLASSES)):
            raise InvalidEditError(f"{self.title} is the id of a class, not {value!r}")
        if value == 0 and not self.has_background:
            raise InvalidEditError(f"{self.title} cannot be the background")
        return int(value)


Parameter = Amount | OneOf | ClassChoice


class Values(Mapping[str, Value]):
    """The values of an operator's parameters: those given, checked, and the defaults of the others."""

    def __init__(self, parameters: Sequence[Parameter], given: Mapping[str, Value]) -> None:
        unknown = given.keys() - {parameter.name for parameter in parameters}
        if unknown:
            raise InvalidEditError(f"there is no parameter {', '.join(sorted(unknown))}")
        self._values: dict[str, Value] = {p.name: p.checked(given.get(p.name, p.default)) for p in parameters}

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def number(self, name: str) -> float:
        """An amount."""
        return float(self._values[name])

    def whole(self, name: str) -> int:
        """An amount in whole steps, or the id of a class."""
        return int(self._values[name])

    def word(self, name: str) -> str:
        """One of several words."""
        return str(self._values[name])


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What an operator looks at: the mask as it is, the classes to clean (official ids 1…18, bottom to top in paint
    order, none of them locked), the rules, the photo if there is one, and whom to tell how far it is."""

    bits: Bits
    targets: tuple[int, ...]
    rules: Rules
    rgb: RgbPixels | None = None
    progress: Progress = Silent()  # noqa: RUF009 - it has no state

    def plane(self, class_id: int) -> Coverage:
        """Where a class is, (H, W) bool; for 0, where none is."""
        bit = CLASSES[class_id].bit
        covered: Coverage = (self.bits & np.uint32(bit)) != 0 if bit else self.bits == 0
        return covered

    def seen(self, without: int = 0) -> IndexMap:
        """The topmost class of each pixel (official ids, 0: none), as if the class ``without`` were not there."""
        return flatten(self.bits, self.rules.paint_order, ALL_BITS & ~CLASSES[without].bit)

    def is_locked(self, class_id: int) -> bool:
        """Whether nothing may become this class."""
        bit = CLASSES[class_id].bit
        return bool(bit & self.rules.locked) if bit else False


Heirs = Callable[[Bits, Coverage], IndexMap]
"""Of the mask after the touches (H, W) and the pixels that lost all their classes: which class each of them gets."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What should be touched. Pixels that would end without any class go to the ``heirs``, if there are any."""

    touches: Sequence[Touch]
    heirs: Heirs | None = None
    others: Others | None = None
    """Instead of the rule that is set, where the operator makes sense with one rule only."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A way to clean up a mask. ``plan`` is pure: it reads the subject and changes nothing."""

    name: str
    title: str
    family: str
    hint: str
    """One sentence: what is true afterwards."""
    parameters: tuple[Parameter, ...]
    plan: Callable[[Subject, Values], Plan]
    needs_photo: bool = False
    layers_only: bool = False
    """Makes sense only where classes may overlap: refused on exclusive masks."""
    has_targets: bool = True
    """False: it knows by itself which classes it is about."""

    def values(self, given: Mapping[str, Value] | None = None) -> Values:
        """The parameters' values. Raises InvalidEditError for one that is none."""
        return Values(self.parameters, given or {})


def clean(
    operator: Operator,
    bits: Bits,
    targets: Sequence[int],
    rules: Rules,
    *,
    given: Mapping[str, Value] | None = None,
    within: Coverage | None = None,
    rgb: RgbPixels | None = None,
    progress: Progress | None = None,
) -> Bits:
    """A new array: ``bits`` (H, W) uint32 cleaned up as far as the rules allow; equal to ``bits`` if there was nothing.

    ``targets`` are official ids; background and locked classes among them are left alone. ``within`` (H, W) bool is
    the photo range. Raises InvalidEditError for impossible values or a missing photo, Cancelled out of ``progress``.
    """
    if operator.layers_only and rules.exclusive:
        raise InvalidEditError(f"{operator.title} needs classes that overlap; an index map has one class per pixel")
    if operator.needs_photo and (rgb is None or rgb.shape[:2] != bits.shape):
        raise InvalidEditError(f"{operator.title} looks at the photo, and this sample has none")
    free = tuple(
        class_id
        for class_id in rules.paint_order
        if (class_id in targets or not operator.has_targets) and not CLASSES[class_id].bit & rules.locked
    )
    subject = Subject(bits, free, rules, rgb, progress or Silent())
    plan = operator.plan(subject, operator.values(given))
    if plan.others is not None:
        rules = replace(rules, others=plan.others)
    after = touched(bits, [touch for touch in plan.touches if touch.covered.any()], rules, within)
    if plan.heirs is None:
        return after
    freed = (after == 0) & (bits != 0)
    if not freed.any():
        return after
    # A pixel that lost its classes was one that may be changed: area, range and background were asked already.
    free_rules = replace(rules, area=Area.EVERYWHERE, background_locked=False)
    heirs = plan.heirs(after, freed)
    return touched(after, inheritances(heirs, freed), free_rules)


def inheritances(heirs: IndexMap, freed: Coverage) -> list[Touch]:
    """Painting each of the freed pixels with its heir; those of background stay bare."""
    present = np.flatnonzero(np.bincount(heirs[freed], minlength=1))
    return [Touch(int(class_id), freed & (heirs == class_id)) for class_id in present if class_id]


def reshaped(subject: Subject, wanted: Mapping[int, Coverage], *, heirs: Heirs | None = None) -> Plan:
    """The plan after which each class covers exactly the plane wanted of it, where the rules let it.

    ``wanted``: planes (H, W) bool by official id. What a class loses is taken away first; then each gains from the
    bottom up. Where a lower one gains what a higher one keeps, the higher one is painted once more: neighbours that
    are cleaned up together end as if each had been alone, with the upper one on top.
    """
    losses, gains = [], []
    contested = np.zeros(subject.bits.shape, np.bool_)
    for class_id in subject.targets:
        if class_id not in wanted:
            continue
        before, after = subject.plane(class_id), wanted[class_id]
        losses.append(Touch(class_id, before & ~after, Erase.THIS_CLASS))
        contested |= after & ~before
        gains.append(Touch(class_id, after & contested))
    return Plan([*losses, *gains], heirs)
