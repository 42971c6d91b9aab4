"""The gallery over 30,000 samples: shown, filtered, jumped about in with nothing kept, picked from, scrolled through.

The reference for showing is a ``QListWidget`` with an icon per item (240 pictures shared among 30,000), for filtering a
proxy model that asks Python about every row. Thumbnails come from a pack as indexing leaves it.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

import numpy as np  # noqa: E402
from PySide6.QtCore import (  # noqa: E402
    QEventLoop,
    QItemSelectionModel,
    QPoint,
    QSize,
    QSortFilterProxyModel,
    Qt,
    QTimer,
)
from PySide6.QtGui import QIcon, QImage, QPixmap  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QListView, QListWidget, QListWidgetItem, QWidget  # noqa: E402
from timing import interleave, print_claim, print_table  # noqa: E402

from app.catalog.stamps import stamp_of  # noqa: E402
from app.catalog.thumbnails import ThumbnailPack  # noqa: E402
from app.faces.classes import OFFICIAL_PAINT_ORDER  # noqa: E402
from app.faces.sample import Loaded, Modality, Photo, SampleId  # noqa: E402
from app.imaging.thumbnails import photo_thumbnail  # noqa: E402
from app.ui.gallery.model import GalleryModel  # noqa: E402
from app.ui.gallery.view import GalleryView  # noqa: E402
from app.ui.session import Session  # noqa: E402

SAMPLES = 30_000
VIEW = (1200, 900)
PHOTOS = 240
IDS = tuple(SampleId(str(number)) for number in range(SAMPLES))


class Photos:
    """A store as far as thumbnails ask it: 30,000 samples that share a few photos."""

    paint_order = OFFICIAL_PAINT_ORDER
    sample_ids = IDS

    def __init__(self, root: Path) -> None:
        self.root = root

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        return (f"{int(sample) % PHOTOS}.jpg",) if modality is Modality.PHOTO else ()

    def read_photo(self, sample: SampleId) -> Loaded[Photo]:
        raise NotImplementedError("every thumbnail is in the pack")

    read_sketch = read_photo


class Opened:
    """A document as far as thumbnails ask it."""

    def __init__(self, store: Photos) -> None:
        self.store = store

    def is_open(self, sample: SampleId) -> bool:
        return False


def picture(number: int, side: int) -> QImage:
    """A smooth picture with some texture, different for each number."""
    chance = np.random.default_rng(number)
    small = chance.integers(0, 256, (16, 16, 3), np.uint8)
    image = QImage(small.data, 16, 16, 48, QImage.Format.Format_RGB888)
    keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(side, side, keep, smooth).convertToFormat(QImage.Format.Format_RGB32)


def packed(root: Path) -> ThumbnailPack:
    """The pack as indexing leaves it."""
    for number in range(PHOTOS):
        picture(number, 256).save(str(root / f"{number}.jpg"), "JPG", 85)
    jpegs = [photo_thumbnail((root / f"{number}.jpg").read_bytes(), 128) for number in range(PHOTOS)]
    stamps = [stamp_of(root, (f"{number}.jpg",)) or b"" for number in range(PHOTOS)]
    pack = ThumbnailPack(root / "pack.sqlite")
    pack.put_all("photo", 128, ((sample, stamps[int(sample) % PHOTOS], jpegs[int(sample) % PHOTOS]) for sample in IDS))
    return pack


def shown(make: Callable[[], QWidget]) -> Callable[[], None]:
    """Make it, show it, have it painted, close it."""

    def run() -> None:
        widget = make()
        widget.resize(*VIEW)
        widget.show()
        QApplication.processEvents()
        kept.append(widget)

    return run


kept: list[QWidget] = []


def clear() -> None:
    """What was shown is gone; its end is nobody's time."""
    for widget in kept:
        widget.close()
        widget.deleteLater()
    kept.clear()
    QApplication.sendPostedEvents(None, 52)
    QApplication.processEvents()


class Proxy(QSortFilterProxyModel):
    """What a Python model-view tutorial does."""

    wanted: set[int] = frozenset()  # type: ignore[assignment]

    def filterAcceptsRow(self, row: int, parent: object) -> bool:
        return row in self.wanted


def is_complete(view: GalleryView) -> bool:
    """Every picture on screen is there."""
    return view.thumbnails.has_all(view.seen)


def settled(view: GalleryView) -> None:
    """The screen is painted, with every picture."""
    QApplication.processEvents()
    if not is_complete(view):
        loop = QEventLoop()
        connection = view.thumbnails.arrived.connect(lambda _: is_complete(view) and loop.quit())
        QTimer.singleShot(20_000, loop, lambda: loop.exit(1))
        late = loop.exec()
        view.thumbnails.disconnect(connection)
        if late:
            raise TimeoutError("thumbnails are missing")
    QApplication.processEvents()


def memory_mb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def medians(runs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    return {name: statistics.median(s.cpu) * 1e3 for name, s in interleave(runs, rounds=rounds).items()}


def main() -> None:
    """Print the tables."""
    application = QApplication(sys.argv)
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder))
    del application


def measure(root: Path) -> None:
    pack = packed(root)
    session = Session()
    session.document = Opened(Photos(root))  # type: ignore[assignment]
    icons = [QIcon(QPixmap.fromImage(picture(number, 128))) for number in range(PHOTOS)]

    def list_widget() -> QWidget:
        widget = QListWidget()
        widget.setViewMode(QListWidget.ViewMode.IconMode)
        widget.setResizeMode(QListWidget.ResizeMode.Adjust)
        widget.setIconSize(QSize(128, 128))
        for number, sample in enumerate(IDS):
            widget.addItem(QListWidgetItem(icons[number % PHOTOS], sample))
        return widget

    def gallery() -> GalleryView:
        model = GalleryModel()
        view = GalleryView(session, model)
        model.setParent(view)
        view.thumbnails.use_packs(pack, None)
        model.show(IDS)
        return view

    samples = {"QListWidget, an icon per item": [], "gallery": []}
    for _ in range(5):
        for name, make in (("QListWidget, an icon per item", list_widget), ("gallery", gallery)):
            cpu = time.process_time()
            shown(make)()
            samples[name].append(time.process_time() - cpu)
            for widget in kept:
                if isinstance(widget, GalleryView):
                    widget.close_threads()
            clear()
    whole, ours = (statistics.median(times) * 1e3 for times in samples.values())
    print(f"\n{SAMPLES:,} samples shown: QListWidget {whole:.1f} ms, gallery {ours:.1f} ms of processor time")
    print_claim("QListWidget shown / gallery shown", whole / ours, 15, at_least=True)

    view = gallery()
    view.resize(*VIEW)
    view.show()
    settled(view)

    chance = random.Random(1)
    bar = view.verticalScrollBar()

    def jump() -> None:
        view.thumbnails.forget_all()
        bar.setValue(chance.randrange(bar.maximum()))
        settled(view)

    def notch() -> None:
        bar.setValue((bar.value() + 120) % bar.maximum())
        settled(view)

    found = medians({"jump": jump, "notch": notch}, 25)
    print_claim("random jump with nothing kept, ms of processor time", found["jump"], 16)
    print(f"a notch of the wheel: {found['notch']:.1f} ms of processor time")

    filters(view)
    picking(view)

    view.samples.show(IDS)
    bar.setValue(0)
    settled(view)
    before = memory_mb()
    step = view.viewport().height()
    for place in range(0, bar.maximum(), step):
        bar.setValue(place)
        settled(view)
    print(f"\nscrolled from end to end: {before:.0f} MB before, {memory_mb():.0f} MB after")
    view.close_threads()
    pack.close()


def filters(view: GalleryView) -> None:
    """A filter by classes on a catalog's columns, and the grid shows what is left."""
    classes = np.random.default_rng(0).integers(0, 1 << 18, SAMPLES, np.uint32)
    ids = np.array(IDS, object)
    source = QListView()
    proxy = Proxy()
    proxy.setSourceModel(view.samples)
    source.setModel(proxy)
    asked = iter(range(1 << 30))

    def ours() -> None:
        bit = np.uint32(1 << next(asked) % 18)
        view.samples.show(ids[(classes & bit) != 0].tolist())

    def theirs() -> None:
        bit = 1 << next(asked) % 18
        proxy.wanted = set(np.flatnonzero(classes & np.uint32(bit)).tolist())
        proxy.invalidateFilter()

    view.samples.show(IDS)
    other = GalleryModel()
    other.show(IDS)
    proxy.setSourceModel(other)
    samples = interleave({"Python proxy filter": theirs, "columns and gallery": ours}, rounds=21)
    print_table("filtering 30,000", samples, "Python proxy filter", {"columns and gallery": 1 / 20})


def picking(view: GalleryView) -> None:
    """Many picked at once."""
    view.samples.show(IDS)
    every_second = IDS[::2]
    some = [sample for sample in IDS if int(sample) % 7 < 3]
    flag = QItemSelectionModel.SelectionFlag

    def band() -> None:
        viewport, left = view.viewport(), Qt.MouseButton.LeftButton
        view.verticalScrollBar().setValue(0)
        QTest.mousePress(viewport, left, pos=QPoint(2, 2))
        QTest.mouseMove(viewport, QPoint(400, 500))
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
        QTest.mouseMove(viewport, QPoint(430, 600))
        QTest.mouseMove(viewport, QPoint(700, 610))
        QTest.mouseRelease(viewport, left, pos=QPoint(700, 610))

    def there_and_back() -> None:
        view.samples.show(some)
        view.samples.show(IDS)

    runs: dict[str, Callable[[], object]] = {
        "Ctrl+A": view.selectAll,
        "every second one picked": lambda: view.picks.pick(every_second),
        "every second one picked, filtered and back": lambda: (view.picks.pick(every_second), there_and_back()),
        "toggled one of these": lambda: (
            view.picks.pick(every_second),
            view.picks.select(view.samples.index(7), flag.Toggle),
        ),
        "rubber band over 4 of 8 columns": band,
        "nothing picked": lambda: view.picks.pick([]),
    }
    print("\npicking, ms of processor time")
    for name, found in medians(runs, 5).items():
        print(f"{name:50} {found:8.1f}")


if __name__ == "__main__":
    main()
