"""WebDataset: tar shards whose members belong together by their names, read where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.faces.classes import ClassScheme
from app.faces.errors import FaceDataError, LayoutError
from app.faces.sample import Modality
from app.formats.class_order import ClassOrder, order_of_maps
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.layouts.records import RecordStore
from app.formats.layouts.shard_files import ShardFile, find_files
from app.formats.layouts.shard_names import is_manual_tar, is_shard_name
from app.formats.layouts.tar_index import TarProblems, members_of
from app.formats.layouts.tar_samples import TarSamples, suffix_of
from app.formats.scheme_guess import MAPS

_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class WebDataset:
    """``train-000000.tar`` with ``17.jpg``, ``17.mask.png`` or ``17.hair.png`` …, ``17.txt``, ``17.json``."""

    name: str = "webdataset"
    title: str = "WebDataset"
    summary: str = "tar shards of photos with masks, captions and attributes under one name each; read, never written"
    reads: frozenset[Modality] = frozenset(Modality)
    writes: frozenset[Modality] = frozenset()

    def detect(self, folder: Path) -> Detection:
        """By the names of tar files and of the first members of one."""
        paths = [path for path in find_files(folder, (".tar",)) if not is_manual_tar(path or folder.name)]
        if not paths:
            return Detection(self.name, self.title, 0.0, refusals=("no tar files here or below",))
        try:
            some = islice(members_of(ShardFile(folder, paths[0]), TarProblems()), _LOOKED_AT)
            found = {suffix for suffix in (suffix_of(name) for name, _, _ in some) if suffix}
        except (FaceDataError, FileNotFoundError) as error:
            return Detection(self.name, self.title, 0.0, refusals=(str(error),))
        if not found:
            why = f"{shown(paths[0] or folder.name)} begins with no photo, mask or caption of a sample"
            return Detection(self.name, self.title, 0.0, refusals=(why,))
        shards = sum(map(is_shard_name, (path or folder.name for path in paths)))
        reasons = (f"{len(paths):,} tar files", f"members such as KEY.{', KEY.'.join(sorted(found)[:4])}")
        return Detection(self.name, self.title, 0.85 if shards == len(paths) else 0.3, reasons)

    def open(self, folder: Path, scheme: ClassScheme) -> RecordStore:
        """All shards. Raises LayoutError where they hold no sample."""
        paths = [path for path in find_files(folder, (".tar",)) if not is_manual_tar(path or folder.name)]
        samples = TarSamples.listed(folder, paths, scheme)
        if not samples.ids:
            told = "; ".join(problem.message for problem in samples.problems[:3]) or "no tar files"
            raise LayoutError(f"{shown(folder.name)} holds no sample that can be read: {told}")
        order = ClassOrder(scheme)
        if samples.has_index_maps:
            places = [*dict.fromkeys(path.rpartition("/")[0] for path in paths), ""]
            root = DatasetFolder(folder if folder.is_dir() else folder.parent)
            order = order_of_maps(root, places, samples.maps(MAPS), scheme)
        samples.scheme = order.scheme
        samples.problems += order.problems
        return RecordStore(
            folder,
            samples,
            layout=self.name,
            title=self.title,
            scheme=order.scheme,
            again=lambda: self.open(folder, scheme),
        )
