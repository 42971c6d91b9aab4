"""A throw-away environment with one client in it, and a demo dataset exported for that client to open.

For clients whose environments are too heavy, or too picky, to share the one of the tests; pytest runs nothing of this.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SPLITS = ("train", "val")


def check(script: str, package: str, exports: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    """Export the demo in each format with its options and run ``script probe FOLDER`` in an environment of its own.

    ``python script.py PYTHON`` takes an interpreter that has the package, instead of making one.
    """
    with tempfile.TemporaryDirectory(prefix="facewright-client-") as place:
        folder = Path(place)
        _export(folder, exports)
        python = sys.argv[1] if len(sys.argv) > 1 else _environment(folder / "environment", package)
        return subprocess.run([python, script, "probe", str(folder)], check=False, cwd=folder).returncode


def _environment(folder: Path, package: str) -> str:
    venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
    subprocess.run([python, "-m", "pip", "install", "--quiet", *package.split()], check=True)
    return python


def _export(folder: Path, exports: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    from app.faces.sample import Modality
    from app.formats.exporting.options import from_json
    from app.formats.exporting.registry import export_format
    from app.formats.registry import open_store
    from app.workbench.demo import make_demo
    from tests.formats.exporting.run import export

    make_demo(folder / "demo", count=4)
    store = open_store(folder / "demo")
    splits = {sample: SPLITS[at % 2] for at, sample in enumerate(store.sample_ids)}
    masks = {sample: store.read_mask(sample).value for sample in store.sample_ids if store.has(sample, Modality.MASK)}
    np.savez(folder / "masks.npz", **{sample: mask.bits for sample, mask in masks.items() if mask is not None})
    for name, options in exports:
        chosen = export_format(name)
        target = folder / "-".join([name, *map(str, options.values())])
        done = export(chosen, store, None, from_json(chosen.options, options), target, splits=splits)
        print(f"exported {target.name}: {len(done.files)} files, {len(done.left_out)} left out", flush=True)


def layer(masks: Mapping[str, Any], sample: str, class_id: int, side: int, *, flattened: bool = False) -> Any:
    """(side, side) bool: what the client must find of one class, for the probes; ``flattened`` in the official order,
    where it is on top."""
    bits = masks[sample]
    enlarged = np.kron(bits, np.ones((side // len(bits), side // len(bits)), bits.dtype))
    above = enlarged >> np.uint32(class_id - 1)
    return above == 1 if flattened else above & 1 == 1
