"""Interleaved timing: every variant once per round in shuffled order, medians, ratios to a reference of the same run.

The machines are shared, so only ratios are portable; nothing here is ever asserted. Run a benchmark as a script:
``python tests/benchmarks/bench_brush.py``, or all of them with ``python tests/benchmarks/run_all.py``.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


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
        print(
            f"{name:44} {statistics.median(taken.wall) * 1e3:10.3f} {statistics.median(taken.cpu) * 1e3:10.3f}"
            f" {ratio(samples, name, reference):8.2f} {f'≤ {target:g}' if target else '':>8}"
        )
