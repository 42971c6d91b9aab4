"""CelebAMask-HQ and Multi-Modal-CelebA-HQ with only the chosen samples, file by file as the dataset has them.

From a dataset of the family every file is copied byte by byte and tables lose the rows of other samples; nothing is
decoded. From any other dataset the same tree is made of values: masks as RGB pictures of 0 and 255, which is the only
kind that the most copied training loader reads (``convert('P') == 225``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import Any

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.captions import CAPTIONS_PER_SAMPLE, Captions
from app.faces.classes import LAYER_CLASSES, OFFICIAL_SCHEME
from app.faces.errors import DamagedFileError, FaceDataError, SaveError
from app.faces.sample import Modality, Pose, SampleId
from app.formats.exporting.class_tables import ClassTable
from app.formats.exporting.folder import Folder
from app.formats.exporting.masks import Flattening, Tally, layers_of, mask_of, resized
from app.formats.exporting.options import ExportOptions, option
from app.formats.exporting.protocol import ExportItem, LeftOut, Source, Writer, Written, in_groups
from app.formats.exporting.sample_records import NO_COLUMN, attribute_names, without_column
from app.formats.exporting.splits import by_split, write_lists, write_pickles
from app.formats.exporting.tables import (
    ATTRIBUTE_TABLE,
    MAPPING_TABLE,
    POSE_TABLE,
    attribute_table,
    cut_table,
    is_cuttable,
    mapping_table,
    pose_table,
)
from app.formats.files import DatasetFolder, shown
from app.formats.listing import natural_order, numeric_id
from app.formats.png import SIGNATURE
from app.formats.png_writing import binary_png, grey_png
from app.formats.store import FolderStore
from app.imaging.set_index import IndexedMask

_PER_FOLDER = 2000
_README = "README.txt"
_FAMILY = frozenset({"celebamask-hq", "mm-celeba-hq"})
_AS_THEY_ARE, _CLASS_FILES, _INDEX_MAPS = "as they are", "one file per class", "index maps"


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeOptions(ExportOptions):
    """What both trees ask."""

    mask_size: int | None = option(
        512, "side in pixels of masks that are not copied but made anew; loaders expect 512", least=16, most=4096
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiModalOptions(NativeOptions):
    """What Multi-Modal-CelebA-HQ asks besides."""

    masks: str = option(
        _AS_THEY_ARE,
        "masks as the dataset has them, as one file per class, or flattened into official index maps in label/",
        choices=(_AS_THEY_ARE, _CLASS_FILES, _INDEX_MAPS),
    )


@dataclass(frozen=True, slots=True)
class _Tree:
    """How one of the two layouts calls its folders."""

    photos: str
    class_files: str = "CelebAMask-HQ-mask-anno"
    index_maps: str = "label"
    sketches: str = "sketch"
    captions: str = "text/celeba-caption"
    only_numbers: bool = False


@dataclass(frozen=True, slots=True)
class CelebAMaskHQFormat:
    """The released tree: ``CelebA-HQ-img/N.jpg``, ``CelebAMask-HQ-mask-anno/K/NNNNN_class.png`` and three tables."""

    name: str = "celebamask-hq"
    title: str = "CelebAMask-HQ"
    summary: str = "the released tree with only the chosen samples, files and rows as they are"
    holds: frozenset[Modality] = frozenset(Modality)
    options: type[ExportOptions] = NativeOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """Nothing is lost, but this layout as it is read has no place for two of them."""
        return MappingProxyType(
            {
                Modality.SKETCH: "they lie in sketch/; open the export as mm-celeba-hq to see them",
                Modality.CAPTIONS: "they lie in text/celeba-caption/; open the export as mm-celeba-hq to see them",
            }
        )

    def writer(self, source: Source, items: Sequence[ExportItem], options: NativeOptions) -> Writer:
        """Begin an export."""
        return _NativeWriter(source, items, options, _Tree("CelebA-HQ-img", only_numbers=True), _CLASS_FILES)


@dataclass(frozen=True, slots=True)
class MultiModalFormat:
    """``image/ label/ sketch/ text/celeba-caption/`` and split pickles, with the tables beside them."""

    name: str = "mm-celeba-hq"
    title: str = "Multi-Modal-CelebA-HQ"
    summary: str = "photos, masks, sketches, captions and split pickles as loaders of the multi-modal set read them"
    holds: frozenset[Modality] = frozenset(Modality)
    options: type[ExportOptions] = MultiModalOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """None."""
        return MappingProxyType({})

    def writer(self, source: Source, items: Sequence[ExportItem], options: MultiModalOptions) -> Writer:
        """Begin an export."""
        return _NativeWriter(source, items, options, _Tree("image"), options.masks)


@dataclass(slots=True)
class _Part:
    """What is gathered about one part while it is written."""

    folder: Folder
    rows: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


class _NativeWriter:
    def __init__(
        self, source: Source, items: Sequence[ExportItem], options: NativeOptions, tree: _Tree, masks: str
    ) -> None:
        self._source = source
        self._store = source.store
        self._items = items
        self._options = options
        self._tree = tree
        self._masks = masks
        self._flattening = Flattening(ClassTable.of_scheme(OFFICIAL_SCHEME), self._store.paint_order, options.mask_size)
        # Files of a tree are copied; what lies in containers or in other people's formats is written from values.
        self._tree_store = self._store if isinstance(self._store, FolderStore) else None
        self._tables = _tables_of(self._tree_store) if self._tree_store else {}
        makes_table = Modality.ATTRIBUTES in options.include and Modality.ATTRIBUTES not in self._tables
        self._columns = attribute_names(self._store, items) if makes_table else ()

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """Sixteen samples each."""
        return in_groups(self._items)

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:
        """The files of some samples."""
        part = _Part(folder)
        for item in items:
            self._write_sample(item, part)
        return Written(
            rows=tuple(part.rows),
            left_out=tuple(part.left_out),
            counts=part.tally.counts,
            samples_counted=part.tally.samples,
        )

    def _write_sample(self, item: ExportItem, part: _Part) -> None:
        if self._tree.only_numbers and numeric_id(item.name) != item.name:
            why = f"CelebAMask-HQ knows samples by number only, not as {shown(item.name)}; let the export renumber them"
            part.left_out.append(LeftOut(item.sample, None, why))
            return
        if not self._write_picture(item, Modality.PHOTO, self._tree.photos, part):
            return
        row: dict[str, Any] = {"sample": item.sample, "name": item.name, "split": item.split}
        self._write_picture(item, Modality.SKETCH, self._tree.sketches, part)
        for modality, write in (
            (Modality.MASK, self._write_mask),
            (Modality.CAPTIONS, self._write_captions),
            (Modality.ATTRIBUTES, self._take_attributes),
            (Modality.POSE, self._take_pose),
        ):
            if modality not in self._options.include or not self._store.has(item.sample, modality):
                continue
            try:
                write(item, part, row)
            except SaveError:
                raise
            except (FaceDataError, FileNotFoundError) as error:
                part.left_out.append(LeftOut(item.sample, modality, _why(modality, error)))
        file = self._store.celeba_file(item.sample) if None not in self._tables else None
        if file is not None and _is_one_word(file):
            row["celeba"] = file
        part.rows.append(row)

    def _write_picture(self, item: ExportItem, modality: Modality, home: str, part: _Part) -> bool:
        """Copy the photo or the sketch. False: it should be there and cannot be read."""
        if modality not in self._options.include or not self._store.has(item.sample, modality):
            return True
        try:
            data = self._store.picture_bytes(item.sample, modality)
        except (FaceDataError, FileNotFoundError) as error:
            whole = None if modality is Modality.PHOTO else modality
            part.left_out.append(LeftOut(item.sample, whole, _why(modality, error)))
            return False
        suffix = "png" if data.startswith(SIGNATURE) else "jpg"
        if self._tree_store and (paths := self._tree_store.paths(item.sample, modality)):
            suffix = paths[0].rpartition(".")[2].lower().replace("jpeg", "jpg")
        part.folder.write(f"{home}/{item.name}.{suffix}", data)
        return True

    def _write_mask(self, item: ExportItem, part: _Part, row: dict[str, Any]) -> None:  # noqa: ARG002 - as the others
        sample, store = item.sample, self._store
        bits = store.class_bits(sample)
        if self._tree_store and bits is not None and self._masks != _INDEX_MAPS:
            self._copy_class_files(item, bits, self._tree_store, part)
            return
        if self._masks == _AS_THEY_ARE and bits is None and (data := self._map_to_copy(sample)) is not None:
            part.folder.write(f"{self._tree.index_maps}/{item.name}.png", data)
            if store.scheme != OFFICIAL_SCHEME:
                part.tally.add({f"index maps with the class ids of the scheme {store.scheme.name}, as they were": 1})
            return
        mask, told = mask_of(self._source, sample)
        part.left_out += told
        as_map = self._masks == _INDEX_MAPS or (self._masks == _AS_THEY_ARE and mask.exclusive)
        self._make_mask(item, mask, part, as_map=as_map)

    def _copy_class_files(self, item: ExportItem, bits: int, store: FolderStore, part: _Part) -> None:
        """Copy what can be copied; each file that cannot be is told."""
        names = (c.name for c in LAYER_CLASSES if bits & c.bit)
        for name, path in zip(names, store.paths(item.sample, Modality.MASK), strict=True):
            try:
                data = store.folder.read(path)
            except (FaceDataError, FileNotFoundError) as error:
                why = f"{shown(path)}: {_why(Modality.MASK, error)}"
                part.left_out.append(LeftOut(item.sample, Modality.MASK, why))
            else:
                part.folder.write(self._class_file(item, name), data)

    def _map_to_copy(self, sample: SampleId) -> bytes | None:
        """The very bytes of an index map that means the same in the export: values under the official ids, or under
        those of a tree of this kind, which are the owner's choice."""
        store = self._tree_store
        if store is None or (store.scheme != OFFICIAL_SCHEME and store.layout not in _FAMILY):
            return None
        (path,) = store.paths(sample, Modality.MASK)
        data = store.folder.read(path)
        return data if data.startswith(SIGNATURE) else None

    def _make_mask(self, item: ExportItem, mask: IndexedMask, part: _Part, *, as_map: bool) -> None:
        size = self._options.mask_size
        if size is not None and max(mask.index.shape) != size:
            part.tally.add({f"masks brought to {size} pixels": 1})
        if as_map:
            flattened = self._flattening.of(mask)
            part.tally.add(flattened.counts)
            part.folder.write(f"{self._tree.index_maps}/{item.name}.png", grey_png(flattened.index_map))
            return
        for face_class, covered in layers_of(resized(mask, size)):
            part.folder.write(self._class_file(item, face_class.name), binary_png(covered))

    def _class_file(self, item: ExportItem, class_name: str) -> str:
        number = numeric_id(item.name)
        home = int(number) // _PER_FOLDER if number else 0
        return f"{self._tree.class_files}/{home}/{item.name.zfill(5) if number else item.name}_{class_name}.png"

    def _write_captions(self, item: ExportItem, part: _Part, row: dict[str, Any]) -> None:  # noqa: ARG002 - see above
        if self._tree_store:
            (path,) = self._tree_store.paths(item.sample, Modality.CAPTIONS)
            data = self._tree_store.folder.read(path)
            count = len(Captions.from_bytes(data))
        else:
            loaded = self._store.read_captions(item.sample)
            texts = [text for text in (loaded.value.texts if loaded.value else ()) if text.strip()]
            data, count = Captions.from_texts(texts).to_bytes(), len(texts)
        if count != CAPTIONS_PER_SAMPLE:
            part.tally.add({f"samples with other than {CAPTIONS_PER_SAMPLE} captions": 1})
        part.folder.write(f"{self._tree.captions}/{item.name}.txt", data)

    def _take_attributes(self, item: ExportItem, part: _Part, row: dict[str, Any]) -> None:
        if Modality.ATTRIBUTES in self._tables:
            return
        attributes = self._store.read_attributes(item.sample).value
        if attributes is None:
            raise DamagedFileError("they cannot be read")
        part.tally.add({NO_COLUMN: without_column(attributes, self._columns)})
        row["attributes"] = list(attributes.values_)
        if attributes.names != ATTRIBUTE_NAMES:
            row["names"] = list(attributes.names)

    def _take_pose(self, item: ExportItem, part: _Part, row: dict[str, Any]) -> None:  # noqa: ARG002 - see above
        if Modality.POSE in self._tables:
            return
        pose = self._store.read_pose(item.sample).value
        if pose is None:
            raise DamagedFileError("it cannot be read")
        if not all(map(isfinite, (pose.yaw, pose.pitch, pose.roll))):
            raise DamagedFileError("one of its angles is not known, and the table has no word for that")
        row["pose"] = [pose.yaw, pose.pitch, pose.roll]

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:
        """Tables, lists and what else belongs to all samples."""
        # Parts come split by split; tables and lists are in the order of the names, as released.
        by_name = {row["name"]: row for part in written for row in part.rows}
        rows = [by_name[name] for name in natural_order(by_name)]
        tally = Tally()
        names: dict[str, str] = {row["sample"]: row["name"] for row in rows}
        for modality, table, counted in (
            (Modality.ATTRIBUTES, ATTRIBUTE_TABLE, True),
            (Modality.POSE, POSE_TABLE, True),
            (None, MAPPING_TABLE, False),
        ):
            if modality is not None and modality not in self._options.include:
                continue
            if self._tree_store and modality in self._tables:
                own = self._tree_store.folder.read(self._tables[modality])
                data, lacking = cut_table(own, names, counted=counted)
                folder.write(table, data)
                tally.add({f"samples without a row in {table}": len(lacking)})
            else:
                having = [row for row in rows if _KEYS[modality] in row]
                fitting = [row for row in having if _is_one_word(row["name"])]
                tally.add({f"samples with blanks in their names, without a row in {table}": len(having) - len(fitting)})
                if fitting:
                    folder.write(table, _table_of(modality, fitting, self._columns))
        splits = by_split((row["name"], row["split"]) for row in rows)
        write_pickles(splits, folder)
        write_lists(splits, folder)
        if (readme := self._readme()) is not None:
            folder.write(_README, readme)
        return Written(counts=tally.counts)

    def _readme(self) -> bytes | None:
        """The README of the dataset: at its root, beside its tables or beside the folder of its photos."""
        store = self._tree_store
        if store is None or not self._items:
            return None
        photos = (path.rpartition("/")[0] for path in store.paths(self._items[0].sample, Modality.PHOTO))
        homes = (path.rpartition("/")[0] for path in (*filter(None, store.table_paths), *photos))
        paths = (f"{home}/{_README}" if home else _README for home in ("", *homes))
        found = next((path for path in paths if store.folder.exists(path)), None)
        return None if found is None else store.folder.read(found)


def _tables_of(store: FolderStore) -> dict[Modality | None, str]:
    """The tables that can be cut, by what they hold; None stands for the mapping to CelebA."""
    kinds = zip((Modality.ATTRIBUTES, Modality.POSE, None), store.table_paths, strict=True)
    return {modality: path for modality, path in kinds if path and _is_cuttable(store.folder, path)}


def _is_cuttable(folder: DatasetFolder, path: str) -> bool:
    try:
        return is_cuttable(folder.read(path))
    except (FaceDataError, FileNotFoundError):
        return False


_KEYS: Mapping[Modality | None, str] = MappingProxyType(
    {Modality.ATTRIBUTES: "attributes", Modality.POSE: "pose", None: "celeba"}
)
"""Under which key a row has what goes into a table that is made anew."""


def _table_of(modality: Modality | None, rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> bytes:
    """A table from the values of rows that have them."""
    values = {row["name"]: row[_KEYS[modality]] for row in rows}
    if modality is Modality.POSE:
        return pose_table({name: Pose(*angles) for name, angles in values.items()})
    if modality is None:
        return mapping_table(values)
    names = {row["name"]: tuple(row.get("names", ATTRIBUTE_NAMES)) for row in rows}
    return attribute_table({name: Attributes(names[name], tuple(each)) for name, each in values.items()}, columns)


def _is_one_word(name: str) -> bool:
    """Whether a table whose columns are parted by blanks can hold it."""
    return name.split() == [name]


def _why(modality: Modality, error: Exception) -> str:
    what = "it is gone since the dataset was opened" if isinstance(error, FileNotFoundError) else str(error)
    return f"the {modality.value} cannot be copied: {what}"
