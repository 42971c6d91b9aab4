"""Masks kept as one index map per sample: one class per pixel, values under a scheme.

Beside per-class files an index map is only their flattening; ``follow`` keeps it true where it was true.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.faces.classes import ClassScheme
from app.faces.errors import FaceDataError, InvalidEditError, ReadOnlyError
from app.faces.mask import Binary, IndexMap, MaskLayers, foreign_values
from app.faces.sample import Loaded
from app.faces.store import FileChange
from app.formats.files import DatasetFolder, sha256, shown
from app.formats.listing import FilesByName
from app.formats.map_decoding import decode_map, read_index_map
from app.formats.mask_reading import MaskReading
from app.formats.png import GREY, PALETTE, RGB, PngKind, new_png, read_png, replaced_pixels
from app.formats.png_pixels import read_samples

_NEIGHBOURS = 8
"""How many other samples are looked at for the kind of a new file."""


class IndexMasks:
    """Masks kept as one index map per sample: one class per pixel, values under a scheme."""

    def __init__(self, folder: DatasetFolder, files: FilesByName, scheme: ClassScheme) -> None:
        self._folder = folder
        self.files = files
        self._scheme = scheme

    def read(self, sample: str) -> Loaded[MaskLayers]:
        """Exclusive layers; values outside the scheme are shown as background and lock the mask."""
        gathered = MaskReading()
        path = self.files.path(sample) or self.files.new_path(sample, "png")
        gathered.stamps[path] = None
        try:
            data = self._folder.read(path)
            gathered.stamps[path] = sha256(data)
            decoded = decode_map(data)
        except FileNotFoundError:
            return gathered.loaded(None)
        except FaceDataError as error:
            gathered.lock(path, f"{error}; replace it by a good copy")
            return gathered.loaded(None)
        index_map = decoded.values
        if decoded.locked:
            gathered.lock(path, decoded.locked)
        if decoded.notice:
            gathered.tell(path, decoded.notice)
        if int(index_map.max()) >= len(self._scheme.order):
            gathered.lock(path, self._foreign(index_map))
            background = self._scheme.value_of("background") or 0
            index_map = np.where(index_map < len(self._scheme.order), index_map, background).astype(np.uint8)
        return gathered.loaded(MaskLayers.from_index_map(index_map, self._scheme))

    def _foreign(self, index_map: IndexMap) -> str:
        foreign = foreign_values(index_map, self._scheme)
        values = ", ".join(map(str, foreign[:8])) + (", …" if len(foreign) > 8 else "")
        hints: dict[tuple[int, ...], str] = {
            (255,): " (255 usually means unlabelled)",
            (19,): " (19 is a second side of the nose in one set of 20 classes)",
        }
        hint = hints.get(foreign, "")
        return f"it has values that the scheme {self._scheme.name} does not know: {values}{hint}"

    def plan(
        self, sample: str, before: MaskLayers | None, after: MaskLayers, stamps: Mapping[str, str | None]
    ) -> list[FileChange]:
        """The index map with the changed pixels, its palette and everything else kept."""
        path = self.files.path(sample) or self.files.new_path(sample, "png")
        ids = after.to_index_map(self._scheme)
        original = self._folder.expected(path, stamps)
        if original is None:
            if not after.present:
                return []
            return [FileChange(self._folder.inside(path), None, new_index_map(ids, self._neighbour()))]
        changed = np.ones(ids.shape, np.bool_) if before is None else before.to_index_map(self._scheme) != ids
        if not changed.any():
            return []
        return [FileChange(self._folder.inside(path), sha256(original), _repainted_map(path, original, changed, ids))]

    def follow(self, sample: str, before: MaskLayers, after: MaskLayers) -> tuple[list[FileChange], list[str]]:
        """Keep an index map beside per-class files true: rewritten if it was their flattening, else left and told."""
        path = self.files.path(sample)
        if path is None:
            return [], []
        name = shown(path)
        try:
            original = self._folder.read(path)
            index_map, locked = read_index_map(read_png(original))
        except FileNotFoundError:
            return [], []
        except FaceDataError as error:
            return [], [f"{name} was left as it is: {error}"]
        if locked:
            return [], [f"{name} was left as it is: {locked}"]
        was, now = before.to_index_map(self._scheme), after.to_index_map(self._scheme)
        if was.shape != index_map.shape or not np.array_equal(was, index_map):
            return [], [f"{name} was left as it is: it was not the flattening of the class files before the edit"]
        if np.array_equal(was, now):
            return [], []
        data = _repainted_map(path, original, was != now, now)
        return [FileChange(self._folder.inside(path), sha256(original), data)], []

    def saved(self, sample: str, path: str, *, exists: bool) -> None:
        """Take note that the sample's index map exists, or does no longer."""
        self.files.note(sample, path, exists=exists)

    def owns(self, sample: str, path: str) -> bool:
        """Whether the path is the sample's index map."""
        return path == (self.files.path(sample) or (self.files.new_path(sample, "png") if self.files.folders else None))

    def _neighbour(self) -> bytes | None:
        for sample in self.files.ids()[:_NEIGHBOURS]:
            path = self.files.path(sample)
            try:
                data = self._folder.read(path) if path else b""
                if decode_map(data).locked is None:
                    return data
            except (FaceDataError, FileNotFoundError):
                continue
        return None


def _repainted_map(path: str, original: bytes, changed: Binary, ids: IndexMap) -> bytes:
    png = read_png(original)
    if (png.kind.height, png.kind.width) != ids.shape:
        raise InvalidEditError(
            f"{shown(path)} is {png.kind.width}×{png.kind.height}, the mask {ids.shape[1]}×{ids.shape[0]}"
        )
    samples = read_samples(png).copy()
    samples[changed] = ids[changed][:, None]
    if png.kind.depth == 1 and samples.max(initial=0) > 1:
        raise ReadOnlyError(f"{shown(path)} has 1 bit per pixel and cannot hold more classes; save it with 8")
    colours = len(png.chunk(b"PLTE") or b"") // 3
    if png.kind.colour_type == PALETTE and int(samples.max(initial=0)) >= colours:
        raise ReadOnlyError(f"the palette of {shown(path)} has {colours} colours and cannot hold class {samples.max()}")
    return replaced_pixels(png, samples)


def new_index_map(ids: IndexMap, neighbour: bytes | None) -> bytes:
    """A new index map of its neighbour's kind, palette included, else 8-bit grey: the kind that every loader reads."""
    height, width = ids.shape
    png = read_png(neighbour) if neighbour is not None else None
    kind, like = PngKind(width, height, 8, GREY, interlaced=False), None
    if png is not None and png.kind.depth == 8 and png.kind.colour_type in (GREY, PALETTE, RGB):
        colours = len(png.chunk(b"PLTE") or b"") // 3
        if png.kind.colour_type != PALETTE or int(ids.max(initial=0)) < colours:
            kind, like = PngKind(width, height, 8, png.kind.colour_type, png.kind.interlaced), png
    return new_png(kind, np.repeat(ids[..., None], kind.channels, axis=2), like=like)
