"""What the tables of the original CelebA tell of a photo besides attributes: landmarks, a box, whose face, which split.

Rows are found by the photo's name in the bytes; a dictionary over 202,599 of them, for one sample that is asked for,
would take a hundred times as long.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from app.faces.errors import FaceDataError
from app.faces.sample import Modality, Problem, SampleId
from app.formats.files import DatasetFolder, shown
from app.formats.impostors import HEAD, impostor
from app.formats.layouts.celeba_places import CelebAPlaces
from app.formats.listing import FilesByName, free_id
from app.formats.tables import Table

LANDMARKS = ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth")
"""In the table's order. Left is left in the image: the subject's right, the opposite of the mask class ``l_eye``."""
_WORD_ENDS = (b" ", b",", b"\t")


class CelebAFacts:
    """Facts of samples by their photos' names (see ``photo_parts.Facts``)."""

    def __init__(
        self,
        folder: DatasetFolder,
        places: CelebAPlaces,
        photos: FilesByName,
        mapping: tuple[DatasetFolder, str] | None,
    ) -> None:
        """``mapping`` is the table from CelebA-HQ to CelebA, which may lie beside the dataset."""
        self._folder = folder
        self._places = places
        self._photos = photos
        self._mapping = mapping
        self._lock = threading.Lock()
        self._numbers: tuple[dict[str, str], dict[str, str]] | None = None

    def of(self, sample: SampleId) -> Mapping[str, Any]:
        """``landmarks`` {name: [x, y]} in the aligned photo, ``bbox`` [x, y, width, height] and
        ``landmarks_in_the_wild`` in the photo before it was aligned, ``identity``, ``celeba_hq``: the number there."""
        facts: dict[str, Any] = {}
        places = self._places
        for key, path in (("landmarks", places.landmarks), ("landmarks_in_the_wild", places.landmarks_in_the_wild)):
            points = self._numbers_in(path, sample)
            if len(points) == 2 * len(LANDMARKS):
                facts[key] = {name: points[2 * i : 2 * i + 2] for i, name in enumerate(LANDMARKS)}
        box = self._numbers_in(places.boxes, sample)
        if len(box) == 4:
            facts["bbox"] = box
        identity = self._numbers_in(places.identities, sample)
        if len(identity) == 1:
            facts["identity"] = identity[0]
        if (number := self._hq_numbers()[0].get(sample)) is not None:
            facts["celeba_hq"] = number
        return facts

    def celeba_file(self, sample: SampleId) -> str | None:
        """The photo's own name."""
        path = self._photos.path(sample)
        return None if path is None else path.rpartition("/")[2]

    def sample_of_celeba_hq(self, number: str) -> SampleId | None:
        """The sample whose photo CelebA-HQ knows by this number."""
        sample = self._hq_numbers()[1].get(free_id(number) or "")
        return SampleId(sample) if sample is not None and sample in self._photos else None

    def _numbers_in(self, path: str | None, sample: SampleId) -> list[int]:
        name = self.celeba_file(sample)
        if path is None or name is None:
            return []
        try:
            data = self._folder.read(path)
        except (FaceDataError, FileNotFoundError):
            return []
        row = _row(data, name)
        try:
            return [int(word) for word in row]
        except ValueError:
            return []

    def _hq_numbers(self) -> tuple[dict[str, str], dict[str, str]]:
        """The number in CelebA-HQ by sample, and the sample by number; read once."""
        with self._lock:
            if self._numbers is None:
                self._numbers = ({}, {})
                if self._mapping is not None:
                    folder, path = self._mapping
                    try:
                        table = Table.from_bytes(folder.read(path))
                    except (FaceDataError, FileNotFoundError):
                        return self._numbers
                    for number in table.rows:
                        words = table.texts(number) or []
                        sample = free_id(words[-1].rpartition(".")[0]) if len(words) > 1 else None
                        if sample is not None:
                            self._numbers[0].setdefault(sample, number)
                            self._numbers[1].setdefault(number, sample)
            return self._numbers


def impostors(folder: DatasetFolder, places: CelebAPlaces, mapping: tuple[DatasetFolder, str] | None) -> list[Problem]:
    """What the first bytes tell against the tables that facts are read from."""
    paths = (places.landmarks, places.landmarks_in_the_wild, places.boxes, places.identities)
    tables = [(folder, path) for path in paths if path is not None]
    problems = []
    for place, path in (*tables, *([mapping] if mapping is not None else [])):
        try:
            what = impostor(place.head(path, HEAD))
        except (FaceDataError, FileNotFoundError) as error:
            what = str(error)
        if what:
            problems.append(Problem(Modality.PHOTO, path, f"{shown(path)}: {what}"))
    return problems


def _row(data: bytes, name: str) -> list[bytes]:
    """The words behind the photo's name in its row; tables of PNG re-hosts still name JPEGs."""
    stem = name.rpartition(".")[0]
    for word in dict.fromkeys((name, f"{stem}.jpg", stem)):
        wanted = b"\n" + word.encode("utf-8", "surrogateescape")
        at = data.find(wanted)
        while at >= 0:
            end = at + len(wanted)
            if data[end : end + 1] in _WORD_ENDS:
                line = data[end : data.find(b"\n", end) if b"\n" in data[end : end + 4096] else len(data)]
                return line.replace(b",", b" ").split()
            at = data.find(wanted, end)
        if data.startswith(wanted[1:]) and data[len(wanted) - 1 : len(wanted)] in _WORD_ENDS:
            return data[len(wanted) - 1 :].partition(b"\n")[0].replace(b",", b" ").split()
    return []


def hq_mapping(folder: DatasetFolder, places: CelebAPlaces) -> tuple[DatasetFolder, str] | None:
    """The table from CelebA-HQ to CelebA: in the dataset, or in the folder around it or a CelebAMask-HQ there."""
    if places.mapping is not None:
        return folder, places.mapping
    around = DatasetFolder(folder.root.parent)
    for place in ("", "CelebAMask-HQ/"):
        path = f"{place}CelebA-HQ-to-CelebA-mapping.txt"
        if around.exists(path) and around.contains(path):
            return around, path
    return None
