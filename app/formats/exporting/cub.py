"""The caption layout of CUB-200, which AttnGAN was written for: keys are ``CLASS/NAME``.

Nothing here is called "birds": a path with that word in it makes these trainers ask for bounding boxes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.faces.errors import ExportError
from app.faces.sample import Modality
from app.formats.exporting.attngan import LOSSES, write_loaded
from app.formats.exporting.captioned import HOLDS, CaptionedOptions, CaptionedWriter, Trainer
from app.formats.exporting.folder import Folder, safe_name
from app.formats.exporting.options import option
from app.formats.exporting.protocol import ExportItem, Source
from app.formats.files import shown

_TRAINER = Trainer("a loader of CUB captions", photos="images/", texts="text/")


@dataclass(frozen=True, slots=True, kw_only=True)
class CubOptions(CaptionedOptions):
    """See ``CubFormat``."""

    class_by: str = option(
        "", "attribute that makes two classes, e.g. Male: 001.not_Male and 002.Male; none: all are 001.face"
    )
    class_info: bool = option(True, "write class_info.pickle: the number of each sample's class, from 0")


@dataclass(frozen=True, slots=True)
class CubFormat:
    """``text/001.face/17.txt``, ``images/001.face/17.jpg`` and ``train|test/filenames.pickle``."""

    name: str = "cub"
    title: str = "CUB captions"
    summary: str = "photos and ten captions each in folders by class, with split and class pickles"
    holds: frozenset[Modality] = HOLDS
    options: type[CubOptions] = CubOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """What trainers would not read is not written."""
        return LOSSES

    def writer(self, source: Source, items: Sequence[ExportItem], options: CubOptions) -> CaptionedWriter:
        """Begin an export. Raises ExportError for an attribute that no sample has."""
        name = options.class_by
        store = source.store
        if name and items and not any(name in (store.read_attributes(item.sample).value or ()) for item in items):
            raise ExportError(f"no sample has an attribute {shown(name)} to make classes by")

        def key(item: ExportItem) -> str:
            if not name:
                return f"001.face/{item.name}"
            attributes = store.read_attributes(item.sample).value
            value = attributes.get(name) if attributes else None
            word = safe_name(name)
            home = {True: f"002.{word}", False: f"001.not_{word}"}.get(value, "003.unknown")  # type: ignore[arg-type]
            return f"{home}/{item.name}"

        def at_end(splits: Mapping[str, Sequence[str]], folder: Folder) -> Mapping[str, int]:
            return write_loaded(
                splits, folder, lambda keys: [int(k[:3]) - 1 for k in keys] if options.class_info else None
            )

        return CaptionedWriter(source, items, options, _TRAINER, key=key, at_end=at_end)
