"""TensorFlow Datasets' ``celeb_a_hq``: the tar that it asks for, and the TFRecord shards that it builds of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.faces.classes import ClassScheme
from app.faces.errors import FaceDataError, LayoutError
from app.faces.sample import Modality, Problem
from app.formats.files import shown
from app.formats.format import Detection
from app.formats.layouts.records import Records, RecordStore
from app.formats.layouts.shard_files import ShardFile, find_files
from app.formats.layouts.shard_names import is_manual_tar, split_of_records
from app.formats.layouts.tar_index import TarProblems, members_of
from app.formats.layouts.tar_samples import TarSamples
from app.formats.layouts.tfds_records import TfRecordSamples
from app.formats.layouts.walking import is_picture
from app.formats.listing import counted

_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Tfds:
    """``data1024x1024.tar``, or ``celeb_a_hq/1024/2.0.0/celeb_a_hq-train.tfrecord-00000-of-00010``."""

    name: str = "tfds"
    title: str = "TFDS celeb_a_hq"
    summary: str = "the photos of TensorFlow Datasets' celeb_a_hq, as its manual tar or as TFRecords; no masks there"
    reads: frozenset[Modality] = frozenset({Modality.PHOTO})
    writes: frozenset[Modality] = frozenset()

    def detect(self, folder: Path) -> Detection:
        """By the names of the files."""
        records, tars = _found(folder)
        reasons = []
        if records:
            reasons.append(f"{len(records):,} TFRecord files, {shown(records[0] or folder.name)} …")
        if tars:
            reasons.append(f"{shown(tars[0] or folder.name)}")
        if not records and not tars:
            why = "no data1024x1024.tar (or of another size) and no NAME-train.tfrecord-00000-of-00001"
            return Detection(self.name, self.title, 0.0, refusals=(why,))
        if not records:
            try:
                some = list(islice(members_of(ShardFile(folder, tars[0]), TarProblems()), _LOOKED_AT))
            except (FaceDataError, FileNotFoundError) as error:
                return Detection(self.name, self.title, 0.0, tuple(reasons), (str(error),))
            if not any(is_picture(name.rpartition("/")[2]) for name, _, _ in some):
                return Detection(self.name, self.title, 0.0, tuple(reasons), ("the tar begins with no pictures",))
        return Detection(self.name, self.title, 0.9 if tars or "celeb_a_hq" in records[0] else 0.6, tuple(reasons))

    def open(self, folder: Path, scheme: ClassScheme) -> RecordStore:
        """The records where there are any, else the tar of the largest pictures. Raises LayoutError."""
        records, tars = _found(folder)
        samples: Records
        if records:
            home = records[0].rpartition("/")[0]
            chosen = [path for path in records if path.rpartition("/")[0] == home]
            left = [path for path in (*records, *tars) if path not in chosen]
            found = TfRecordSamples.listed(folder, chosen)
            samples, problems = found, found.problems
        elif tars:
            left = tars[1:]
            tar = TarSamples.listed(folder, tars[:1], scheme, has_splits=False)
            samples, problems = tar, tar.problems
        else:
            raise LayoutError(f"{shown(folder.name)} has neither data1024x1024.tar nor TFRecord files of celeb_a_hq")
        if not samples.ids:
            told = "; ".join(problem.message for problem in problems[:3]) or "there are no records in it"
            raise LayoutError(f"{shown(folder.name)} holds no picture that can be read: {told}")
        if left:
            message = f"other builds, not read; open one by itself: {counted(left)}"
            problems.append(Problem(Modality.PHOTO, "", message))
        return RecordStore(
            folder,
            samples,
            layout=self.name,
            title=self.title,
            scheme=scheme,
            again=lambda: self.open(folder, scheme),
        )


def _found(folder: Path) -> tuple[list[str], list[str]]:
    """The TFRecord files with pictures of faces, and the tars, that of the largest pictures first."""
    paths = find_files(folder, (".tfrecord", ".tfrecord-", ".tar"))
    records = [path for path in paths if split_of_records(path or folder.name)]
    tars = [path for path in paths if is_manual_tar(path or folder.name)]
    return records, sorted(tars, key=lambda path: -int((path or folder.name).rpartition("x")[2][:-4]))
