"""What the window holds in memory with 30,000 samples open, as a user leaves it after looking at everything once.

The dataset of ``full_tree.py`` with its catalog and thumbnails; the real window, offscreen, 1920 × 1080, in a process
of its own: opened, the gallery scrolled from end to end, searched, stepped through until nine samples are ready around
the one on screen. Resident memory as Linux counts it (``VmRSS``), libraries included.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from timing import print_claim  # noqa: E402

LIMIT_MB = 250
READY = 9
_PATIENCE_S = 120


def resident() -> dict[str, float]:
    """Memory of this process in MB, now and at its highest."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    found = {name: int(value.split()[0]) / 1024 for name, _, value in (line.partition(":") for line in lines)
             if name in ("VmRSS", "VmHWM")}  # fmt: skip
    return {"now": found["VmRSS"], "highest": found["VmHWM"]}


def measure(root: Path) -> None:
    """Do it all, print what is held after each step."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    from app.settings import Settings
    from app.ui.app import make_window, settings_file

    application = QApplication([])
    window = make_window(application, Settings(), settings_file())
    window.resize(1920, 1080)
    window.show()

    def settle(is_done: Callable[[], bool], at_least_s: float = 0.0) -> None:
        began = time.monotonic()
        while not (is_done() and time.monotonic() - began >= at_least_s):
            assert time.monotonic() - began < _PATIENCE_S, "it takes too long"
            application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.001)

    def tell(what: str) -> None:
        print(f"{what:52} {resident()['now']:8.1f} MB", flush=True)

    settle(lambda: True, 1)
    tell("start page")
    window.open_folder(root, None)
    settle(lambda: window.workspace is not None and window.workspace.session.sample is not None, 3)
    workspace = window.workspace
    assert workspace is not None
    loader, session, view = workspace.loader, workspace.session, workspace.browsing.view
    settle(lambda: len(loader._views) >= READY // 2 + 1, 1)
    tell(f"{len(session.order):,} samples open")
    bar = view.verticalScrollBar()
    workspace.docks.arrange("browse")
    settle(lambda: bar.maximum() > 0, 1)
    for step in range(401):
        bar.setValue(bar.maximum() * step // 400)
        settle(lambda: True, 0.03)
    settle(lambda: True, 1)
    tell("the gallery scrolled from end to end")
    for query in ("wavy hair", "class:hat area(hair)>30%", "attr:Smiling sort:area(hair) desc", ""):
        workspace.browsing.show_query(query)
        settle(lambda: True, 0.5)
    tell("four searches")
    workspace.docks.arrange("paint")
    for _ in range(40):
        session.step(1)
        settle(lambda: loader.view(session.sample) is not None)
    settle(lambda: len(loader._views) >= READY, 2)
    tell(f"{len(loader._views)} samples ready, forty seen")
    print(f"{'at the highest':52} {resident()['highest']:8.1f} MB")
    print_claim("MB held after all of it", resident()["now"], LIMIT_MB)
    os._exit(0)


def main(arguments: list[str]) -> None:
    """Make the dataset and its catalog, measure in a new process."""
    if arguments:
        measure(Path(arguments[0]))
    # Here, because the process that is measured must not hold them.
    from full_tree import full_tree

    from app.catalog.places import CatalogPlaces
    from app.formats import open_store
    from app.workbench.index import build_index

    with tempfile.TemporaryDirectory() as home, full_tree() as root:
        for name in ("CONFIG", "STATE", "DATA", "CACHE"):
            os.environ.setdefault(f"XDG_{name}_HOME", home)
        build_index(open_store(root), CatalogPlaces.of(root), parts=("tables", "captions", "thumbnails"))
        subprocess.run([sys.executable, __file__, str(root)], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
