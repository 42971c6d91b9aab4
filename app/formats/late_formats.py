"""Layouts that are imported when a folder is looked at with them, known by their names before that.

Most people open one of the two released layouts, and the modules of all the others take longer to import than such a
folder takes to open.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from app.faces.classes import ClassScheme
from app.faces.sample import Modality
from app.faces.store import SampleStore
from app.formats.format import Detection, Format


@dataclass(frozen=True, slots=True)
class LateFormat:
    """A layout behind its name and its title; everything else is asked of the class ``kind`` in ``layouts.module``."""

    name: str
    title: str
    module: str
    kind: str

    @property
    def layout(self) -> Format:
        """The layout itself."""
        made: Format = getattr(import_module(f"app.formats.layouts.{self.module}"), self.kind)()
        return made

    @property
    def summary(self) -> str:
        """One line for the list of formats."""
        return self.layout.summary

    @property
    def reads(self) -> frozenset[Modality]:
        """What it shows."""
        return self.layout.reads

    @property
    def writes(self) -> frozenset[Modality]:
        """What it saves in place."""
        return self.layout.writes

    def detect(self, folder: Path) -> Detection:
        """Whether the folder is such a dataset."""
        return self.layout.detect(folder)

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        """The dataset. Raises LayoutError when it cannot be opened."""
        return self.layout.open(folder, scheme)


LATE: tuple[LateFormat, ...] = (
    LateFormat("index-masks", "Index masks", "index_folders", "IndexFolders"),
    LateFormat("celeba", "CelebA", "celeba", "CelebA"),
    LateFormat("celeba-dialog", "CelebA-Dialog", "caption_tables", "CelebADialog"),
    LateFormat("caption-table", "Captions in one text file", "caption_tables", "CaptionTable"),
    LateFormat("attngan", "AttnGAN or DF-GAN", "attngan", "AttnGAN"),
    LateFormat("cub", "CUB captions", "cub", "Cub"),
    LateFormat("lafite", "LAFITE pairs", "lafite", "Lafite"),
    LateFormat("coco", "COCO", "coco", "Coco"),
    LateFormat("supervisely", "Supervisely / Dataset Ninja", "supervisely", "Supervisely"),
    LateFormat("huggingface", "Hugging Face (parquet)", "huggingface", "HuggingFace"),
    LateFormat("imagefolder", "Hugging Face (imagefolder)", "imagefolder", "ImageFolder"),
    LateFormat("webdataset", "WebDataset", "webdataset", "WebDataset"),
    LateFormat("tfds", "TFDS celeb_a_hq", "tfds", "Tfds"),
    LateFormat("photos", "Folder of photos", "photos", "Photos"),
)
"""In the order in which they are asked; of two that fit a folder equally well the first one opens it. Adding a layout
is one class and one entry here."""
