"""Photos and caption files under one key: what text-to-image trainers read, and what makes them read it wrongly.

AttnGAN and its forks keep all captions in one flat list and find those of image *i* at *10 i*. They take the first ten
lines with a word in them; an image with fewer only makes them print a line, and every later image gets the captions of
its neighbour. So a sample is written with exactly what the trainer will use, or left out with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.faces.captions import CAPTIONS_PER_SAMPLE
from app.faces.errors import DamagedFileError, ExportError, FaceDataError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.folder import Folder
from app.formats.exporting.masks import Tally
from app.formats.exporting.options import ExportOptions, option
from app.formats.exporting.photos import PictureFile, photo_file, quality_option
from app.formats.exporting.protocol import ExportItem, LeftOut, Source, Written, in_groups
from app.formats.exporting.splits import by_split

HOLDS = frozenset({Modality.PHOTO, Modality.CAPTIONS})
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionedOptions(ExportOptions):
    """What these formats ask."""

    size: int | None = option(None, "longer side of the photos in pixels; none: as they are", least=16, most=4096)
    quality: int = quality_option()


@dataclass(frozen=True, slots=True)
class Trainer:
    """What a trainer demands. ``exactly``: how many captions each image must have; None: at least one.

    ``is_jpeg``: it finds photos as ``KEY.jpg`` only. Photos and texts lie in these homes, which end in a slash where
    they are folders.
    """

    name: str
    photos: str
    texts: str
    exactly: int | None = CAPTIONS_PER_SAMPLE
    is_jpeg: bool = True


class CaptionedWriter:
    """Writes the samples and hands the keys of those written to ``at_end`` by split."""

    def __init__(
        self,
        source: Source,
        items: Sequence[ExportItem],
        options: CaptionedOptions,
        trainer: Trainer,
        *,
        key: Callable[[ExportItem], str],
        at_end: Callable[[Mapping[str, Sequence[str]], Folder], Mapping[str, int]],
    ) -> None:
        """``key`` names a sample for the trainer; it may hold slashes. ``at_end`` gets an empty split's name for those
        that are in none, and tells counts for the report. Raises ExportError where captions are not to be exported."""
        require_captions(options, trainer.name)
        self._store = source.store
        self._items = items
        self._options = options
        self._trainer = trainer
        self._key = key
        self._at_end = at_end

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """Sixteen samples each."""
        return in_groups(self._items)

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:
        """See ``Writer``."""
        rows, left_out, tally = [], [], Tally()
        for item in items:
            try:
                texts = self._texts(item.sample, tally)
                photo = self._photo(item.sample)
                key = self._key(item)
            except (FaceDataError, FileNotFoundError) as error:
                left_out.append(LeftOut(item.sample, None, str(error)))
                continue
            if photo is not None:
                tally.add({"photos encoded anew": int(not photo.is_copy)})
                folder.write(f"{self._trainer.photos}{key}{photo.suffix}", photo.data)
            folder.write(f"{self._trainer.texts}{key}.txt", "\n".join(texts).encode())
            rows.append([key, item.split])
        return Written(rows=tuple(rows), left_out=tuple(left_out), counts=tally.counts, samples_counted=tally.samples)

    def _texts(self, sample: SampleId, tally: Tally) -> Sequence[str]:
        texts = captions_of(self._store, sample)
        usable = [text for text in texts if is_usable(text)]
        wanted = self._trainer.exactly
        if len(usable) < (wanted or 1):
            needs = f"{wanted}; every later image would get the wrong ones" if wanted else "one at least"
            raise DamagedFileError(
                f"it has {len(usable)} captions with a word in them, {self._trainer.name} needs {needs}"
            )
        tally.add({"lines without a word, not written": len(texts) - len(usable)})
        if wanted is not None:
            tally.add({f"captions after the first {wanted}, not written": len(usable) - wanted})
        return usable[:wanted]

    def _photo(self, sample: SampleId) -> PictureFile | None:
        if Modality.PHOTO not in self._options.include or not self._store.has(sample, Modality.PHOTO):
            return None
        kind = "jpeg" if self._trainer.is_jpeg else "keep"
        return photo_file(self._store, sample, size=self._options.size, kind=kind, quality=self._options.quality)

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:
        """See ``Writer``."""
        rows = [(key, split) for part in written for key, split in part.rows]
        splits = by_split(rows)
        if loose := [key for key, split in rows if not split]:
            splits[""] = loose
        tally = Tally()
        tally.add(self._at_end(splits, folder))
        return Written(counts=tally.counts)


def require_captions(options: ExportOptions, name: str) -> None:
    """Raises ExportError where captions are not to be exported."""
    if Modality.CAPTIONS not in options.include:
        raise ExportError(f"{name} reads captions, and captions are not to be exported; include them")


def captions_of(store: SampleStore, sample: SampleId) -> tuple[str, ...]:
    """The captions, each on one line whatever a reader takes for a line end. Raises DamagedFileError."""
    captions = store.read_captions(sample).value if store.has(sample, Modality.CAPTIONS) else None
    if captions is None:
        raise DamagedFileError("it has no captions")
    if why := captions.unreadable or captions.not_utf8:
        raise DamagedFileError(f"its captions cannot be read: {why}")
    return tuple(" ".join(text.splitlines()) if len(text.splitlines()) > 1 else text for text in captions.texts)


def is_usable(text: str) -> bool:
    r"""Whether trainers find a word in it: they keep what ``\w+`` matches and drop all but ASCII of that."""
    return any(word.encode("ascii", "ignore") for word in _WORD.findall(text.lower()))
