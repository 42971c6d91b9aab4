"""Run every benchmark, one after the other and each in a process of its own, and sum up the figures with a target.

``python tests/benchmarks/run_all.py [NAME …]``: all of them, or the named ones (``brush toggle``). The full output of
each goes before the summary. Nothing fails when a target is missed: the machines are shared, a person reads this. Those
that need a dataset of full scale share one, and its catalog.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from full_tree import TREE, full_tree
from timing import RESULTS

HERE = Path(__file__).resolve().parent
AT_FULL_SCALE = frozenset({"search", "memory"})


def results_of(script: Path) -> list[tuple[str, float, float, bool]]:
    """Run one benchmark; its figures as name, value, target, and whether the target is a lower limit."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "results"
        kept.touch()
        done = subprocess.run([sys.executable, str(script)], env={**os.environ, RESULTS: str(kept)}, check=False)
        if done.returncode:
            print(f"{script.name} ended with {done.returncode}", file=sys.stderr)
        return [tuple(json.loads(line)) for line in kept.read_text("utf-8").splitlines()]


def main(names: list[str]) -> None:
    """Run, then print the table."""
    rows = []
    scripts = {script.stem.removeprefix("bench_"): script for script in sorted(HERE.glob("bench_*.py"))}
    chosen = {name: script for name, script in scripts.items() if not names or name in names}
    with ExitStack() as stack:
        if AT_FULL_SCALE & chosen.keys():
            os.environ[TREE] = str(stack.enter_context(full_tree()))
            os.environ["XDG_CACHE_HOME"] = stack.enter_context(tempfile.TemporaryDirectory())
        for name, script in chosen.items():
            rows += [(name, *result) for result in results_of(script)]
    print(f"\n{'':10} {'':92} {'found':>10} {'target':>10}")
    for name, what, found, target, at_least in rows:
        is_met = found >= target if at_least else found <= target
        limit = f"{'≥' if at_least else '≤'} {_short(target)}"
        print(f"{name:10} {what:92} {_short(found):>10} {limit:>10}  {'met' if is_met else 'missed'}")


def _short(figure: float) -> str:
    """``46,550``, ``99.5``, ``0.0031``: as many digits as say something."""
    return f"{figure:,.0f}" if figure >= 1000 else f"{figure:.4g}"


if __name__ == "__main__":
    main(sys.argv[1:])
