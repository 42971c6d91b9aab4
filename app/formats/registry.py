"""The layouts there are, and which of them fits a folder."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from app.faces.classes import ClassScheme
from app.faces.errors import FaceDataError, LayoutError
from app.faces.sample import Modality
from app.faces.store import SampleStore
from app.formats.files import shown
from app.formats.folder_formats import CelebAMaskHQ, MultiModalCelebAHQ
from app.formats.format import UNNAMED, Detection, Format, ReopeningFormat
from app.formats.layouts.attngan import AttnGAN
from app.formats.layouts.caption_tables import CaptionTable, CelebADialog
from app.formats.layouts.celeba import CelebA
from app.formats.layouts.coco import Coco
from app.formats.layouts.cub import Cub
from app.formats.layouts.huggingface import HuggingFace
from app.formats.layouts.imagefolder import ImageFolder
from app.formats.layouts.index_folders import IndexFolders
from app.formats.layouts.lafite import Lafite
from app.formats.layouts.photos import Photos
from app.formats.layouts.supervisely import Supervisely
from app.formats.layouts.tfds import Tfds
from app.formats.layouts.webdataset import WebDataset
from app.formats.scheme_files import named_scheme

BUILT_IN: tuple[Format, ...] = (
    CelebAMaskHQ(), MultiModalCelebAHQ(), IndexFolders(),
    CelebA(), CelebADialog(), CaptionTable(), AttnGAN(), Cub(), Lafite(),
    Coco(), Supervisely(),
    HuggingFace(), ImageFolder(), WebDataset(), Tfds(),
    Photos(),
)  # fmt: skip
"""Adding a layout is one class and one entry here."""

_ASKED_LATER = ("files", "folders", "tables", "celeba_file", "listing", "rescanned", "adopt", "picture_bytes")
"""What ``SampleStore`` did not have in its first version: said at opening, not by a traceback an hour later."""


@dataclass(frozen=True, slots=True)
class BrokenFormat:
    """A plug-in that does not load: listed with its error, fits nothing and hinders nobody."""

    name: str
    title: str
    summary: str
    reads: frozenset[Modality] = frozenset()
    writes: frozenset[Modality] = frozenset()

    def detect(self, folder: Path) -> Detection:  # noqa: ARG002 - the protocol's signature
        """Never fits; says why."""
        return Detection(self.name, self.title, 0.0, refusals=(self.summary,))

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:  # noqa: ARG002 - the protocol's signature
        """Raises LayoutError."""
        raise LayoutError(self.summary)


def all_formats() -> tuple[Format, ...]:
    """The built-in layouts, then those that installed packages offer under ``facewright.formats``."""
    formats = {layout.name: layout for layout in BUILT_IN}
    for plugin in map(_plugin, entry_points(group="facewright.formats")):
        # One that can only be written has no ``open``: the export registry lists it. A name that is taken stays what
        # it was.
        if hasattr(plugin, "open"):
            formats.setdefault(plugin.name, plugin)
    return tuple(formats.values())


def _plugin(entry: EntryPoint) -> Format:
    try:
        plugin: Format = entry.load()()
    except Exception as error:  # whatever a stranger's module raises while it is imported
        why = f"the format plug-in {entry.name} ({entry.value}) does not load: {error}; update or remove it"
        return BrokenFormat(entry.name, entry.name, why)
    return plugin


def detect(folder: Path) -> list[Detection]:
    """What each layout says about the folder, the best first. Raises LayoutError when nothing is there."""
    return _asked(folder, all_formats())


def _asked(folder: Path, formats: Iterable[Format], certain: float = math.inf) -> list[Detection]:
    """What the layouts say, the best first; once one is ``certain``, the rest are not asked."""
    if not folder.exists():
        raise LayoutError(
            f"{shown(str(folder))} is no folder; choose the folder that holds the dataset, or its archive"
        )
    detections: list[Detection] = []
    for layout in formats:
        detections.append(layout.detect(folder))
        if detections[-1].confidence >= certain:
            break
    return sorted(detections, key=lambda detection: -detection.confidence)


def open_store(
    folder: Path,
    layout: str | None = None,
    scheme: ClassScheme | str | None = None,
    *,
    listing: bytes | None = None,
) -> SampleStore:
    """The dataset in the folder, in the layout named or the one that fits best.

    ``scheme`` is the id table of its index maps (by name, or a JSON file; default: what the layout finds out).
    ``listing`` is what the store's ``listing`` gave an earlier time: where it still holds, the folders need not be
    listed. Raises LayoutError with every layout's reasons when none fits, or naming what there is when the layout or
    scheme is unknown.
    """
    table = _scheme(scheme)
    formats = {known.name: known for known in all_formats()}
    if layout is not None:
        if layout not in formats:
            raise LayoutError(f"there is no layout {shown(layout)}; known are {', '.join(formats)}")
        return _opened(formats[layout], folder, table, listing)
    # Looking into a folder of 30,000 names costs more than opening it again does.
    detections = _asked(folder, formats.values(), certain=1.0)
    if not detections or detections[0].confidence <= 0:
        why = "; ".join(f"{d.title}: {', '.join(d.refusals)}" for d in detections)
        raise LayoutError(f"{shown(folder.name)} is no dataset that can be opened. {why}")
    return _opened(formats[detections[0].layout], folder, table, listing)


def _opened(layout: Format, folder: Path, scheme: ClassScheme, listing: bytes | None) -> SampleStore:
    try:
        if listing and isinstance(layout, ReopeningFormat):
            store = layout.reopen(folder, scheme, listing)
        else:
            store = layout.open(folder, scheme)
    except OSError as error:
        raise LayoutError(f"{shown(folder.name)} cannot be opened: {error.strerror}; check its permissions") from None
    except FaceDataError as error:
        raise LayoutError(str(error)) from None
    missing = [name for name in _ASKED_LATER if not hasattr(store, name)]
    if missing:
        why = f"its format plug-in is older than this program: the store lacks {', '.join(missing)}; update it"
        raise LayoutError(f"{shown(folder.name)} cannot be opened as {layout.title}: {why}")
    return store


def _scheme(scheme: ClassScheme | str | None) -> ClassScheme:
    if scheme is None or isinstance(scheme, ClassScheme):
        return scheme or UNNAMED
    return named_scheme(scheme)
