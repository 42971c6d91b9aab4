"""The layouts there are, and which of them fits a folder."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.faces.classes import ClassScheme
from app.faces.errors import FaceDataError, LayoutError
from app.faces.sample import Modality
from app.faces.store import SampleStore
from app.formats.files import shown
from app.formats.folder_formats import CelebAMaskHQ, MultiModalCelebAHQ
from app.formats.format import UNNAMED, Detection, Format, ReopeningFormat
from app.formats.glance import one_glance
from app.formats.late_formats import LATE
from app.formats.refusals import why_none_fits
from app.formats.scheme_files import named_scheme

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

BUILT_IN: tuple[Format, ...] = (CelebAMaskHQ(), MultiModalCelebAHQ(), *LATE)
"""The two that are edited in place, and those whose modules are imported when they are asked."""

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
    from importlib import metadata  # takes as long as opening a dataset does

    formats = {layout.name: layout for layout in BUILT_IN}
    for plugin in map(_plugin, metadata.entry_points(group="facewright.formats")):
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
    with one_glance():
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
    if layout is not None:
        known = next((known for known in _by_need() if known.name == layout), None)
        if known is None:
            names = ", ".join(known.name for known in all_formats())
            raise LayoutError(f"there is no layout {shown(layout)}; known are {names}")
        return _opened(known, folder, table, listing)
    with one_glance():
        # Looking into a folder of 30,000 names costs more than opening it again does.
        detections = _asked(folder, _by_need(), certain=1.0)
        if not detections or detections[0].confidence <= 0:
            raise LayoutError(why_none_fits(folder, detections))
        best = next(known for known in _by_need() if known.name == detections[0].layout)
        return _opened(best, folder, table, listing)


def _by_need() -> Iterator[Format]:
    """All formats; installed packages are asked for theirs, in every one of their folders, only if it comes to them."""
    yield from BUILT_IN
    yield from all_formats()[len(BUILT_IN) :]


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
