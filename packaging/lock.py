"""Write the constraints files: every dependency at one version with the hashes of all its files, for all platforms.

Run it after changing a dependency in ``pyproject.toml``: ``uvx --from uv python packaging/lock.py`` or, with uv on the
path, ``python3 packaging/lock.py``. What is already pinned stays; ``--upgrade`` moves everything to the newest.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent

# PySide6 6.12.0 drops references to None on Python 3.11 and aborts. One version for all Pythons: what was tested is
# what is installed.
HELD_BACK = "PySide6-Essentials<6.12\n"
TARGETS = {
    "constraints.txt": ["--group", "build", "--extra", "fast"],
    "constraints-dev.txt": [
        "--group",
        "build",
        "--extra",
        "fast",
        "--extra",
        "test",
        "--extra",
        "lint",
        "-c",
        "packaging/constraints.txt",
    ],
}


def main() -> int:
    """Write both files; the second agrees with the first."""
    with tempfile.TemporaryDirectory() as folder:
        held_back = Path(folder) / "held-back.txt"
        held_back.write_text(HELD_BACK)
        for name, options in TARGETS.items():
            command = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"]
            command += ["--generate-hashes", "--no-annotate", "--quiet", "--custom-compile-command"]
            command += ["python3 packaging/lock.py", "-c", str(held_back), "-o", f"packaging/{name}"]
            subprocess.run([*command, *options, *sys.argv[1:]], cwd=PACKAGING.parent, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
