"""Clean-up: what is done to whole classes of a mask at once, as pure functions of arrays.

``OPERATORS`` is all there is; panel, command palette, restriction tests and benchmarks read it. Adding an operator is
one more in the tuple of its family, a family is one file and one line here.
"""

from __future__ import annotations

from app.imaging.cleanup import islands, logical, margin, presets, smoothing, threshold
from app.imaging.cleanup.operator import (
    Amount,
    ClassChoice,
    OneOf,
    Operator,
    Parameter,
    RgbPixels,
    Value,
    Values,
    clean,
)

OPERATORS: tuple[Operator, ...] = (
    *smoothing.OPERATORS,
    *islands.OPERATORS,
    *margin.OPERATORS,
    *logical.OPERATORS,
    *threshold.OPERATORS,
    *presets.OPERATORS,
)
OPERATOR_BY_NAME: dict[str, Operator] = {operator.name: operator for operator in OPERATORS}

__all__ = [
    "OPERATORS",
    "OPERATOR_BY_NAME",
    "Amount",
    "ClassChoice",
    "OneOf",
    "Operator",
    "Parameter",
    "RgbPixels",
    "Value",
    "Values",
    "clean",
]
