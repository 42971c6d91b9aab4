"""Weighted chance, made ready once and drawn from often."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Draw(Generic[T]):
    """A choice among weighted things; ``upto`` are the running sums of the weights."""

    upto: tuple[float, ...]
    choices: tuple[T, ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, T]]) -> Draw[T]:
        """From pairs of a weight above 0 and what it is the weight of."""
        listed = list(pairs)
        return cls(tuple(accumulate(weight for weight, _ in listed)), tuple(one for _, one in listed))

    def pick(self, rng: random.Random) -> T:
        """One of them."""
        if len(self.choices) == 1:
            return self.choices[0]
        # Rounding may bring the product up to the whole sum, which is nobody's.
        at = bisect(self.upto, rng.random() * self.upto[-1])
        return self.choices[min(at, len(self.choices) - 1)]
