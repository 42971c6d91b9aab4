"""Captions as CelebA-Dialog has them: one JSON of all samples, ``{"N.jpg": {"overall_caption": …}}``.

CelebA-Dialog has one caption for the whole face and one for each of five attributes; its readers take either, or join
them. The first caption is written as the one for the face, and the others as a list besides, which those readers pass
over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from app.faces.errors import DamagedFileError, FaceDataError
from app.faces.sample import Modality, SampleId
from app.formats.exporting.captioned import HOLDS, CaptionedOptions, captions_of, is_usable, require_captions
from app.formats.exporting.folder import Folder
from app.formats.exporting.masks import Tally
from app.formats.exporting.options import option
from app.formats.exporting.photos import PictureFile, photo_file
from app.formats.exporting.protocol import ExportItem, LeftOut, Source, Written, in_groups

FILE = "captions_hq.json"
_SENTENCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Bangs": ("The person has no bangs.", "The person has bangs."),
        "Eyeglasses": ("The person is not wearing eyeglasses.", "The person is wearing eyeglasses."),
        "No_Beard": ("The person has a beard.", "The person has no beard."),
        "Smiling": ("The person is not smiling.", "The person is smiling."),
        "Young": ("The person is not young.", "The person is young."),
    }
)
"""What is said of CelebA-Dialog's five attributes where they are −1 and 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CelebADialogOptions(CaptionedOptions):
    """See ``CelebADialogFormat``."""

    attribute_captions: bool = option(
        False, "also say the five attributes of CelebA-Dialog in a sentence each, for readers that ask for them by name"
    )


@dataclass(frozen=True, slots=True)
class CelebADialogFormat:
    """``captions_hq.json`` and ``image/N.jpg``."""

    name: str = "celeba-dialog"
    title: str = "CelebA-Dialog captions"
    summary: str = "one JSON with the captions of all samples, and the photos"
    holds: frozenset[Modality] = HOLDS
    options: type[CelebADialogOptions] = CelebADialogOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """What readers would not take for a caption is not written."""
        return MappingProxyType(
            {
                Modality.CAPTIONS: "lines without a word are not written",
                Modality.PHOTO: "photos that are no JPEG are encoded as one",
            }
        )

    def writer(self, source: Source, items: Sequence[ExportItem], options: CelebADialogOptions) -> _Writer:
        """Begin an export."""
        return _Writer(source, items, options)


class _Writer:
    def __init__(self, source: Source, items: Sequence[ExportItem], options: CelebADialogOptions) -> None:
        require_captions(options, "CelebA-Dialog")
        self._store = source.store
        self._items = items
        self._options = options

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """Sixteen samples each."""
        return in_groups(self._items)

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:
        """The photos; what the JSON says of each is kept for the end."""
        rows: list[Any] = []
        left_out = []
        tally = Tally()
        for item in items:
            try:
                entry = self._entry(item.sample, tally)
                photo = self._photo(item.sample)
            except (FaceDataError, FileNotFoundError) as error:
                left_out.append(LeftOut(item.sample, None, str(error)))
                continue
            if photo is not None:
                tally.add({"photos encoded anew": int(not photo.is_copy)})
                folder.write(f"image/{item.name}.jpg", photo.data)
            rows.append([f"{item.name}.jpg", entry])
        return Written(rows=tuple(rows), left_out=tuple(left_out), counts=tally.counts, samples_counted=tally.samples)

    def _photo(self, sample: SampleId) -> PictureFile | None:
        if Modality.PHOTO not in self._options.include or not self._store.has(sample, Modality.PHOTO):
            return None
        return photo_file(self._store, sample, size=self._options.size, kind="jpeg", quality=self._options.quality)

    def _entry(self, sample: SampleId, tally: Tally) -> dict[str, Any]:
        texts = captions_of(self._store, sample)
        usable = [text for text in texts if is_usable(text)]
        if not usable:
            raise DamagedFileError("it has no caption with a word in it")
        tally.add({"lines without a word, not written": len(texts) - len(usable)})
        said = self._said(sample) if self._options.attribute_captions else {}
        return {"attribute_wise_captions": said, "overall_caption": usable[0], "other_captions": usable[1:]}

    def _said(self, sample: SampleId) -> dict[str, str]:
        if not self._store.has(sample, Modality.ATTRIBUTES):
            return {}
        attributes = self._store.read_attributes(sample).value
        values = {name: attributes.get(name) for name in _SENTENCES} if attributes else {}
        return {name: _SENTENCES[name][int(value)] for name, value in values.items() if value is not None}

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:
        """The JSON."""
        document = {name: entry for part in written for name, entry in part.rows}
        folder.write(FILE, json.dumps(document, ensure_ascii=False, indent=0).encode())
        return Written()
