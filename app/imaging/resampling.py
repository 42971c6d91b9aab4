"""Masks in another size: classes have no mean, so a pixel takes the value that lies in its middle."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Value = TypeVar("Value", bound=np.generic)


def sampled(values: npt.NDArray[Value], shape: tuple[int, int]) -> npt.NDArray[Value]:
    """(H, W) values in another size, its proportions given up: each new pixel is the old one its middle lies in.

    What was enlarged comes back exactly when it is made as small as it was.
    """
    rows, columns = ((2 * np.arange(new) + 1) * old // (2 * new) for new, old in zip(shape, values.shape, strict=True))
    taken: npt.NDArray[Value] = np.take(np.take(values, rows, axis=0), columns, axis=1)
    return taken


def reduced(values: npt.NDArray[Value], shape: tuple[int, int]) -> npt.NDArray[Value] | None:
    """The smaller (H, W) that these values were enlarged from by ``sampled``; None where they hold more than that."""
    if not (0 < shape[0] <= values.shape[0] and 0 < shape[1] <= values.shape[1]):
        return None
    small = sampled(values, shape)
    grown = sampled(small, (values.shape[0], values.shape[1]))
    return small if np.array_equal(grown, values) else None
