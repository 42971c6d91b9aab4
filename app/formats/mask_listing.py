"""The index of mask folders from names alone: per-class files, index maps, or both in one folder.

The classes a sample has files for are one int. A folder of 24,000 class files costs one dictionary look-up per name:
the id is taken from the text before the first underscore once per sample, not once per file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.faces.classes import ALL_BITS, CLASSES, LAYER_CLASSES
from app.faces.sample import Modality
from app.formats.later import Later
from app.formats.listing import FilesByName, Names, ToId, free_id, numeric_id

BACKGROUND_BIT = ALL_BITS + 1
"""Marks a ``…_background.png`` in the bit set of files; it is read, kept and never needed."""
_SUFFIX_BITS = {f"{c.name}.png": c.bit or BACKGROUND_BIT for c in CLASSES}


@dataclass(slots=True)
class ClassFileNames:
    """For each sample the bit set of classes that have a file, and the number of its folder. ``prefixes`` holds only
    what differs from the released five digits."""

    bits: dict[str, int] = field(default_factory=dict)
    folder_of: dict[str, int] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)


class ClassFiles:
    """Per-class mask files: for each sample the classes that have one, and how its files are called.

    ``unpadded`` says that most prefixes are, so that a sample without masks gets names like its neighbours'.
    """

    def __init__(
        self, folders: list[str], names: Later[ClassFileNames] | None = None, *, unpadded: bool = False
    ) -> None:
        """``names`` are put together when first asked for; None: none yet."""
        self.folders = folders
        self.unpadded = unpadded
        self.is_listed = True
        self._names = names or Later(ClassFileNames)

    @property
    def bits(self) -> dict[str, int]:
        """The classes that have a file, by sample."""
        return self._names.value().bits

    @property
    def folder_of(self) -> dict[str, int]:
        """The place in ``folders``, by sample."""
        return self._names.value().folder_of

    @property
    def prefixes(self) -> dict[str, str]:
        """Beginnings of file names that are not the id in five digits, by sample."""
        return self._names.value().prefixes

    def put(self, sample: str, bits: int) -> None:
        """Files of a sample appeared or went; what is known is no longer what was listed."""
        self.is_listed = False
        self.bits[sample] = bits

    def path(self, sample: str, class_name: str) -> str:
        """Where the sample's file of a class is, or where it would be."""
        return f"{self._folder(sample)}/{self._prefix(sample)}_{class_name}.png"

    def paths(self, sample: str) -> tuple[str, ...]:
        """The sample's class files; a file of the background is never needed and none of them."""
        bits = self.bits.get(sample, 0)
        start = f"{self._folder(sample)}/{self._prefix(sample)}_"
        return tuple(f"{start}{c.name}.png" for c in LAYER_CLASSES if bits & c.bit)

    def _folder(self, sample: str) -> str:
        at = self.folder_of.get(sample)
        if at is not None:
            return self.folders[at]
        first = self.folders[0]
        parent, _, name = first.rpartition("/")
        return f"{parent}/{int(sample) // 2000}" if numeric_id(name) and numeric_id(sample) else first

    def _prefix(self, sample: str) -> str:
        prefix = self.prefixes.get(sample)
        if prefix is None and sample not in self.folder_of and self.unpadded:
            return sample
        return prefix or sample.zfill(5)


def list_masks(names: Names, folders: Sequence[str], *, numeric: bool) -> tuple[ClassFiles, FilesByName]:
    """Index mask folders of either kind: ``K/NNNNN_class.png``, ``NNNNN_class.png`` and index maps ``N.png``."""
    class_files, index_maps = ClassFiles([]), FilesByName([])
    to_id = numeric_id if numeric else free_id
    pending = list(folders)
    inner: dict[str, list[str]] = {}
    while pending:
        folder = pending.pop(0)
        found, others = _by_prefix(names.of(folder))
        if folder in folders:
            numbered = {name for name in others if name.isdigit() and names.is_folder(f"{folder}/{name}")}
            pending[:0] = [f"{folder}/{name}" for name in sorted(numbered, key=lambda n: (len(n), n))]
            others = [name for name in others if name not in numbered]
        # Beside class files only numbers are index maps: any other picture there is a stray.
        strays = _add_index_maps(names, index_maps, folder, others, numeric_id if found else to_id)
        inner[folder] = _add_class_files(names, class_files, folder, found, strays, to_id)
    if not class_files.folders and not index_maps.folders:
        for folder, unknown in inner.items():
            names.report(Modality.MASK, folder, unknown, "folders in which no masks are looked for, not read")
    class_files.unpadded = 2 * len(class_files.prefixes) > len(class_files.bits)
    return class_files, index_maps


def _by_prefix(listed: list[str]) -> tuple[dict[str, int], list[str]]:
    """Class files as prefix → bit set, and all other names."""
    found: dict[str, int] = {}
    others = []
    for name in listed:
        prefix, _, suffix = name.partition("_")
        bit = _SUFFIX_BITS.get(suffix)
        if bit is None:
            others.append(name)
        else:
            found[prefix] = found.get(prefix, 0) | bit
    if not any("_" in name for name in others):
        return found, others
    rest = []
    for name in others:
        # A sample whose own name has underscores: my_face_l_eye.png.
        ending = next((s for s in _SUFFIX_BITS if name.endswith(f"_{s}")), None) if "_" in name else None
        if ending is None:
            rest.append(name)
        else:
            prefix = name[: -len(ending) - 1]
            found[prefix] = found.get(prefix, 0) | _SUFFIX_BITS[ending]
    return found, rest


def _add_index_maps(names: Names, index_maps: FilesByName, folder: str, others: list[str], to_id: ToId) -> list[str]:
    """Take ``N.png`` out of the names and return the rest; the first folder that has any is the one that counts."""
    maps: dict[str, str] = {}
    rest, doubles = [], []
    for name in others:
        stem, _, suffix = name.rpartition(".")
        sample = to_id(stem) if stem and suffix.lower() == "png" and not _is_misspelled(name) else None
        if sample is None:
            rest.append(name)
        elif sample in maps:
            exact = f"{sample}.png"
            doubles.append(maps[sample] if name == exact else name)
            maps[sample] = exact if name == exact else maps[sample]
        else:
            maps[sample] = name
    names.report(Modality.MASK, folder, doubles, "second index maps of a sample, not read")
    if maps and index_maps.folders:
        ignored = f"index maps beside those in {index_maps.folders[0]}, not read"
        names.report(Modality.MASK, folder, list(maps.values()), ignored)
    elif maps:
        index_maps.folders.append(folder)
        index_maps.names.update(maps)
    return rest


def _add_class_files(
    names: Names, files: ClassFiles, folder: str, found: dict[str, int], strays: list[str], to_id: ToId
) -> list[str]:
    """Take the class files; the folders among the strays, which are no mistake beside masks."""
    doubles = []
    if found:
        files.folders.append(folder)
    number = len(files.folders) - 1
    bits_of, folder_of, prefixes = files.bits, files.folder_of, files.prefixes
    # The released spelling has five digits; it wins over another spelling of the same id.
    for prefix, bits in sorted(found.items(), key=lambda item: len(item[0]) != 5):
        sample = to_id(prefix)
        if sample is None:
            strays.append(f"{prefix}_….png")
        elif sample in folder_of:
            doubles.append(f"{prefix}_….png")
        else:
            bits_of[sample] = bits
            folder_of[sample] = number
            if prefix != sample.zfill(5):
                prefixes[sample] = prefix
    misspelled = [name for name in strays if _is_misspelled(name)]
    strays = [name for name in strays if not _is_misspelled(name)]
    inner = [name for name in strays if "." not in name[1:] and names.is_folder(f"{folder}/{name}")]
    strays = sorted(set(strays).difference(inner))
    names.report(Modality.MASK, folder, misspelled, "not spelled in lower case as released, not read")
    lossy = [name for name in strays if name.lower().endswith((".jpg", ".jpeg"))]
    strays = [name for name in strays if name not in lossy]
    names.report(Modality.MASK, folder, lossy, "JPEG, which does not keep the values of a mask, not read")
    names.report(Modality.MASK, folder, strays, "no masks, not read")
    names.report(Modality.MASK, folder, doubles, "of samples that have masks already, not read")
    return inner


def _is_misspelled(name: str) -> bool:
    """``00000_Skin.PNG``: on some disks the same file as ``00000_skin.png``, on others a second one."""
    return name.lower().partition("_")[2] in _SUFFIX_BITS and name.partition("_")[2] not in _SUFFIX_BITS
