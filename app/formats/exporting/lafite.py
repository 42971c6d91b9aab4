"""Pairs for LAFITE's ``dataset_tool.py``: ``N.jpg`` and ``N.txt`` side by side, every caption a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from app.faces.sample import Modality
from app.formats.exporting.captioned import HOLDS, CaptionedOptions, CaptionedWriter, Trainer
from app.formats.exporting.folder import Folder
from app.formats.exporting.protocol import ExportItem, Source

_TRAINER = Trainer("LAFITE", photos="", texts="", exactly=None, is_jpeg=False)


@dataclass(frozen=True, slots=True)
class LafiteFormat:
    """A folder of pairs, or one for each split: ``train/17.jpg`` beside ``train/17.txt``."""

    name: str = "lafite"
    title: str = "LAFITE pairs"
    summary: str = "each photo beside a text file of its captions, a folder for each split"
    holds: frozenset[Modality] = HOLDS
    options: type[CaptionedOptions] = CaptionedOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """What the trainer would not read is not written."""
        return MappingProxyType({Modality.CAPTIONS: "lines without a word are not written; lines end in LF"})

    def writer(self, source: Source, items: Sequence[ExportItem], options: CaptionedOptions) -> CaptionedWriter:
        """Begin an export."""

        def key(item: ExportItem) -> str:
            return f"{item.split}/{item.name}" if item.split else item.name

        def at_end(splits: Mapping[str, Sequence[str]], folder: Folder) -> Mapping[str, int]:  # noqa: ARG001
            return {}

        return CaptionedWriter(source, items, options, _TRAINER, key=key, at_end=at_end)
