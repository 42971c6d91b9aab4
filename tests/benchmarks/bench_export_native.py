"""Exporting 1,000 samples into the native layout, the whole job with its hashes, against a plain recursive copy.

Both copy the same files, each of which is a file of its own, on the same disk. Everything written stays until the end,
so that nobody pays for removing another's files. The reference is ``shutil.copytree`` of the dataset.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from full_tree import make_full_tree  # noqa: E402
from timing import interleave, print_table  # noqa: E402

from app.formats import open_store  # noqa: E402
from app.workbench.exporting import ExportRequest, plan_export, run_export  # noqa: E402

SAMPLES = 1000
ROUNDS = 4
TARGET = 1.5


def check(dataset: Path, export: Path) -> int:
    """Every file that both have is the same, and the manifest has its hash; how many there are."""
    manifest = json.loads((export / "manifest.json").read_text("utf-8"))
    count = 0
    for file in manifest["files"]:
        data = (export / file["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == file["sha256"], file["path"]
        if "/" in file["path"] and (dataset / file["path"]).is_file():
            assert data == (dataset / file["path"]).read_bytes(), file["path"]
            count += 1
    return count


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="facewright-native-") as scratch:
        folder = Path(scratch)
        linked = make_full_tree(folder / "linked", SAMPLES)
        dataset = folder / "dataset"
        shutil.copytree(linked, dataset)
        shutil.rmtree(linked)
        store = open_store(dataset, layout="celebamask-hq")
        places = (folder / f"out{number}" for number in itertools.count())

        def copy() -> None:
            shutil.copytree(dataset, next(places))

        def native(workers: int | None = None) -> Path:
            plan = plan_export(ExportRequest(store=store, format="celebamask-hq", target=next(places)))
            return run_export(plan, workers=workers).folder

        equal = check(dataset, native())
        samples = interleave(
            {"shutil.copytree": copy, "native export": native, "native export in one process": lambda: native(0)},
            rounds=ROUNDS,
            warm=0,
        )
    title = f"{SAMPLES:,} samples, {equal:,} files found equal"
    print_table(title, samples, "shutil.copytree", {"native export": TARGET})


if __name__ == "__main__":
    main()
