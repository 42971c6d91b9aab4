"""The formats there are to export to."""

from __future__ import annotations

from importlib.metadata import entry_points

from app.faces.errors import ExportError
from app.formats.exporting.attngan import AttnGanFormat
from app.formats.exporting.celeba_dialog import CelebADialogFormat
from app.formats.exporting.class_binaries import ClassBinaryFormat
from app.formats.exporting.coco import CocoFormat
from app.formats.exporting.colour_masks import ColourMaskFormat
from app.formats.exporting.contact_sheet import ContactSheetFormat
from app.formats.exporting.cub import CubFormat
from app.formats.exporting.cvat import CvatFormat
from app.formats.exporting.huggingface import HuggingFaceFormat
from app.formats.exporting.imagefolder import ImageFolderFormat
from app.formats.exporting.index_masks import IndexMaskFormat
from app.formats.exporting.labelme import LabelMeFormat
from app.formats.exporting.lafite import LafiteFormat
from app.formats.exporting.native import CelebAMaskHQFormat, MultiModalFormat
from app.formats.exporting.protocol import ExportFormat
from app.formats.exporting.rows import CsvFormat, JsonlFormat
from app.formats.exporting.supervisely import SuperviselyFormat
from app.formats.exporting.tfds import TfdsFormat
from app.formats.exporting.voc import VocFormat
from app.formats.exporting.webdataset import WebDatasetFormat
from app.formats.exporting.yolo import YoloSegFormat
from app.formats.files import shown

BUILT_IN: tuple[ExportFormat, ...] = (
    CelebAMaskHQFormat(),
    MultiModalFormat(),
    IndexMaskFormat(),
    ColourMaskFormat(),
    ClassBinaryFormat(),
    ContactSheetFormat(),
    AttnGanFormat(),
    LafiteFormat(),
    CubFormat(),
    CelebADialogFormat(),
    CocoFormat(),
    YoloSegFormat(),
    VocFormat(),
    LabelMeFormat(),
    CvatFormat(),
    SuperviselyFormat(),
    HuggingFaceFormat(),
    ImageFolderFormat(),
    WebDatasetFormat(),
    TfdsFormat(),
    CsvFormat(),
    JsonlFormat(),
)
"""Adding a format is one class and one entry here."""


def export_formats() -> tuple[ExportFormat, ...]:
    """The built-in formats, then those of installed packages whose ``facewright.formats`` entry can be written.

    A name that is taken stays what it was: no package replaces a format that others rely on.
    """
    formats = {each.name: each for each in BUILT_IN}
    for entry in entry_points(group="facewright.formats"):
        try:
            plugin = entry.load()()
        except Exception:  # noqa: S112 - the reading registry lists it with its error
            continue
        if hasattr(plugin, "writer"):
            formats.setdefault(plugin.name, plugin)
    return tuple(formats.values())


def export_format(name: str) -> ExportFormat:
    """The format of that name. Raises ExportError naming what there is."""
    known = {each.name: each for each in export_formats()}
    if name not in known:
        raise ExportError(f"there is no format {shown(name)} to export to; there are {', '.join(known)}")
    return known[name]
