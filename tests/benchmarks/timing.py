"""Interleaved timing: every variant once per round in shuffled order, medians, ratios to a reference of the same run.

The machines are shared, so only ratios are portable; nothing here is ever asserted. Run a benchmark as a script:
``python tests/benchmarks/bench_brush.py``, or all of them with ``python tests/benchmarks/run_all.py``.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

RESULTS = "FACEWRIGHT_BENCHMARK_RESULTS"
"""The environment variable that names a file to which every ratio with a target is appended, one JSON list a line."""


@dataclass
class Samples:
    """Seconds of one variant, wall clock and processor time, one entry per round."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def interleave(variants: Mapping[str, Callable[[], object]], *, rounds: int = 9, warm: int = 1) -> dict[str, Samples]:
    """Time each variant once per round, in an order shuffled anew for every round."""
    for _ in range(warm):
        for run in variants.values():
            run()
    samples = {name: Samples() for name in variants}
    order = list(variants)
    shuffle = random.Random(0).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            cpu, wall = time.process_time(), time.perf_counter()
            variants[name]()
            samples[name].wall.append(time.perf_counter() - wall)
            samples[name].cpu.append(time.process_time() - cpu)
    return samples


def ratio(samples: Mapping[str, Samples], name: str, reference: str, *, clock: str = "wall") -> float:
    """Median of ``name`` over the median of ``reference``."""
    return statistics.median(getattr(samples[name], clock)) / statistics.median(getattr(samples[reference], clock))


def print_table(
    title: str, samples: Mapping[str, Samples], reference: str, targets: Mapping[str, float] | None = None
) -> None:
    """Medians in milliseconds, the ratio to the reference and the target the ratio should stay under, if any."""
    print(f"\n{title}\n{'':44} {'wall ms':>10} {'cpu ms':>10} {'ratio':>8} {'target':>8}")
    for name, taken in samples.items():
        target = (targets or {}).get(name)
        found = ratio(samples, name, reference)
        print(
            f"{name:44} {statistics.median(taken.wall) * 1e3:10.3f} {statistics.median(taken.cpu) * 1e3:10.3f}"
            f" {found:8.{2 if found >= 0.05 else 4}f} {f'≤ {target:.3g}' if target else '':>8}"
        )
        if target:
            record(f"{name} / {reference} ({title})", found, target)


def print_claim(name: str, found: float, target: float, *, at_least: bool = False) -> None:
    """One more figure that has a target: at most that, or at least."""
    print(f"{name:66} {found:8.2f} {f'≥ {target:g}' if at_least else f'≤ {target:g}':>8}")
    record(name, found, target, at_least=at_least)


def record(name: str, found: float, target: float, *, at_least: bool = False) -> None:
    """Keep a figure for the summary, when a summary is being made."""
    if RESULTS in os.environ:
        with Path(os.environ[RESULTS]).open("a", encoding="utf-8") as file:
            file.write(json.dumps([name, found, target, at_least]) + "\n")


def view_copies(width: int, height: int) -> dict[str, Callable[[], object]]:
    """Two memcpys of a view's 32-bit pixels, the references of everything that repaints a whole view.

    *Warm* copies between the same two arrays over and over, so that it depends on how much of these 2 × 3.7 MB is left
    in the processor's cache. *Cold* takes another pair of arrays each time, more of them than a cache holds, as a frame
    that shows something new finds its memory; this is the "viewport memcpy" of performance.md, which was timed between
    copies of 256 MB. Interleave what is measured with one of them at a time: cold copies leave nobody a warm cache.
    """
    import numpy as np

    def pixels(value: int) -> np.ndarray:
        return np.full((height, width, 4), value, np.uint8)

    source, target = pixels(0), pixels(1)
    pairs = itertools.cycle([(pixels(k), pixels(k + 1)) for k in range(32)])
    return {
        "memcpy of the view, warm": lambda: np.copyto(target, source),
        "memcpy of the view, cold": lambda: np.copyto(*next(pairs)),
    }
