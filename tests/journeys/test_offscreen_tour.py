"""``facewright demo`` without a display does the whole main job in the real window and proves it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

from app.workbench.demo import make_demo
from tests.tiny_dataset import contents


def test_the_demo_without_a_display_paints_writes_saves_verifies_and_takes_it_back(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    make_demo(folder, count=2)
    before = contents(folder)
    home = {f"XDG_{name}_HOME": str(tmp_path / "home") for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    done = subprocess.run(
        [sys.executable, "-m", "app", "demo", str(folder), "--offscreen", "--json"],
        capture_output=True, text=True, check=False, timeout=100, env={**os.environ, **home},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert list(told) == ["sample", "changed", "before", "after"]
    assert len(told["changed"]) == 2
    pictures = [Image.open(told[name]).convert("RGB") for name in ("before", "after")]
    assert pictures[0].size == pictures[1].size == (1600, 1000)
    assert pictures[0].tobytes() != pictures[1].tobytes()
    assert contents(folder) == before
    assert not (tmp_path / "home" / "facewright" / "window.ini").exists()
