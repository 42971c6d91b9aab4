"""Painting while the dataset is indexed in the background: brush events with and without, from press to pixels.

The same strokes on the window's own canvas by turns: without indexing, with indexing, each for some seconds of
painting at the pace of a hand (an event every eight milliseconds). A part of ``full_tree.py`` is indexed, begun anew
before each turn; a stroke during which it came to its end, or no further, counts for neither. Offscreen, and on an X
server of its own where there is one (``Xvfb``).
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from timing import print_claim  # noqa: E402

SAMPLES = 3000
TURNS = 8
STROKES = 5
EVENTS = 60
PACE_S = 0.008


def latencies(root: Path) -> tuple[list[float], list[float]]:
    """Seconds of each brush event without and with indexing."""
    from bench_brush import RADIUS, send, way
    from canvas_desk import CanvasDesk
    from PySide6.QtCore import QEvent, QPointF, Qt

    from app.catalog.places import CatalogPlaces
    from app.formats import open_store
    from app.workbench.indexing import BackgroundIndexing, IndexState

    desk = CanvasDesk()
    desk.session.brush_size, desk.session.face_class = 2 * RADIUS + 1, 13
    desk.area.viewport.show_at(1.0, QPointF(0.5, 0.5))
    store, places = open_store(root), CatalogPlaces.of(root)
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    canvas = desk.area.photo

    def stroke(seed: int) -> list[float]:
        taken = []
        points = way(1.0, EVENTS, seed)
        send(canvas, QEvent.Type.MouseButtonPress, points[0], left, left)
        for point in points[1:]:
            taken.append(send(canvas, QEvent.Type.MouseMove, point, none, left)[0])
            time.sleep(PACE_S)
        send(canvas, QEvent.Type.MouseButtonRelease, points[-1], left, none)
        return taken

    without: list[float] = []
    during: list[float] = []
    stroke(0)
    for turn in range(TURNS):
        for file in (places.catalog, places.masks, places.thumbnails):
            file.unlink(missing_ok=True)
        indexing = BackgroundIndexing(store, places, in_process=False)
        indexing.start()
        desk.wait(2500)
        for number in range(STROKES):
            began = indexing.progress
            taken = stroke(turn * STROKES + number)
            ended = indexing.progress
            is_moving = (began.part, began.done) != (ended.part, ended.done)
            if began.state is ended.state is IndexState.RUNNING and is_moving:
                during += taken
        indexing.close()
        desk.wait(500)
        for number in range(STROKES):
            without += stroke(turn * STROKES + number)
    desk.close()
    assert len(during) > len(without) / 2, "indexing was seldom under way: more samples are needed"
    return without, during


def at_95(seconds: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(seconds, n=100)[94]


def measure(root: Path) -> None:
    """Print both and their ratio."""
    where = os.environ["QT_QPA_PLATFORM"]
    without, during = latencies(root)
    for name, seconds in (("without indexing", without), ("while indexing", during)):
        middle, high = statistics.median(seconds) * 1e3, at_95(seconds) * 1e3
        print(
            f"{where:10} {name:24} median {middle:7.3f} ms   p95 {high:7.3f} ms   longest {max(seconds) * 1e3:8.3f} ms"
        )
    print_claim(f"p95 of brush events while indexing / without ({where})", at_95(during) / at_95(without), 2)


@contextmanager
def x_server() -> Iterator[str | None]:
    """The name of a display of our own, None where there is no Xvfb."""
    program = shutil.which("Xvfb")
    if program is None:
        yield None
        return
    reading, writing = os.pipe()
    arguments = [program, "-displayfd", str(writing), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]
    server = subprocess.Popen(arguments, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    try:
        yield f":{number}" if number else None
    finally:
        server.terminate()
        server.wait()


def main(arguments: list[str]) -> None:
    """Make the dataset, measure in a process per platform."""
    if arguments:
        measure(Path(arguments[0]))
        return
    from full_tree import full_tree

    with tempfile.TemporaryDirectory() as cache, full_tree(SAMPLES) as root, x_server() as display:
        os.environ["XDG_CACHE_HOME"] = cache
        platforms = [{"QT_QPA_PLATFORM": "offscreen"}]
        if display is not None:
            platforms.append({"QT_QPA_PLATFORM": "xcb", "DISPLAY": display})
        for platform in platforms:
            subprocess.run([sys.executable, __file__, str(root)], env={**os.environ, **platform}, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
