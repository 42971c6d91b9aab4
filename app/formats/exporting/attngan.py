"""The tree of AttnGAN and its many descendants, and DF-GAN's variant of it for faces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from app.faces.sample import Modality
from app.formats.exporting.captioned import HOLDS, CaptionedOptions, CaptionedWriter, Trainer
from app.formats.exporting.folder import Folder
from app.formats.exporting.options import option
from app.formats.exporting.protocol import ExportItem, Source
from app.formats.exporting.splits import pickled, write_pickles

LOADED_SPLITS = ("train", "test")
LOSSES: Mapping[Modality, str] = MappingProxyType(
    {
        Modality.CAPTIONS: "ten lines with a word in them, ended by LF; others are not written",
        Modality.PHOTO: "photos that are no JPEG are encoded as one",
    }
)
_TRAINERS = {
    "attngan": Trainer("AttnGAN", photos="images/", texts="text/"),
    "df-gan": Trainer("DF-GAN", photos="image/CelebA-HQ-img/", texts="text/"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttnGanOptions(CaptionedOptions):
    """See ``AttnGanFormat``."""

    variant: str = option(
        "attngan",
        "attngan: images/KEY.jpg, also for ControlGAN and DM-GAN; df-gan: image/CelebA-HQ-img/KEY.jpg",
        choices=tuple(_TRAINERS),
    )
    class_info: bool = option(False, "write class_info.pickle, every sample a class of its own, as its absence means")


@dataclass(frozen=True, slots=True)
class AttnGanFormat:
    """``images/KEY.jpg``, ``text/KEY.txt`` and ``train|test/filenames.pickle``."""

    name: str = "attngan"
    title: str = "AttnGAN / DF-GAN"
    summary: str = "photos, exactly ten captions each, and split pickles, as AttnGAN, DM-GAN and DF-GAN read them"
    holds: frozenset[Modality] = HOLDS
    options: type[AttnGanOptions] = AttnGanOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """What trainers would not read is not written."""
        return LOSSES

    def writer(self, source: Source, items: Sequence[ExportItem], options: AttnGanOptions) -> CaptionedWriter:
        """Begin an export."""

        def at_end(splits: Mapping[str, Sequence[str]], folder: Folder) -> Mapping[str, int]:
            return write_loaded(splits, folder, lambda keys: list(range(len(keys))) if options.class_info else None)

        trainer = _TRAINERS[options.variant]
        return CaptionedWriter(source, items, options, trainer, key=lambda item: item.name, at_end=at_end)


def write_loaded(
    splits: Mapping[str, Sequence[str]], folder: Folder, classes: Callable[[Sequence[str]], Sequence[int] | None]
) -> Mapping[str, int]:
    """The pickles of all splits; ``train`` and ``test`` are always there, for both are loaded at once.

    Where no sample is in a split, all are in train. ``classes`` gives the numbers for a split's ``class_info.pickle``.
    Counts what no trainer will load.
    """
    kept = {split: keys for split, keys in splits.items() if split}
    loose = splits.get("", ())
    if not kept:
        kept, loose = {"train": loose}, ()
    kept = {**dict.fromkeys(LOADED_SPLITS, ()), **kept}
    write_pickles(kept, folder)
    for split, keys in kept.items():
        if (numbers := classes(keys)) is not None:
            folder.write(f"{split}/class_info.pickle", pickled(numbers))
    told = {
        f"samples in {split}, which these trainers do not load": len(keys)
        for split, keys in kept.items()
        if split not in LOADED_SPLITS
    }
    return {**told, "samples in no split, which these trainers do not load": len(loose)}
