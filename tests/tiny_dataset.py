"""One small dataset with every modality, for tests of the floors that open datasets by name."""

from __future__ import annotations

from pathlib import Path

from tests.formats.drawn import CAPTIONS, MULTI_MODAL, NATIVE

EVERYTHING: dict[str, bytes] = {
    **NATIVE,
    "text/celeba-caption/0.txt": CAPTIONS,
    "text/celeba-caption/17.txt": CAPTIONS,
    "sketch/17.png": MULTI_MODAL["sketch/17.png"],
    "train/filenames.pickle": MULTI_MODAL["train/filenames.pickle"],
    "test/filenames.pickle": MULTI_MODAL["test/filenames.pickle"],
}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    """The files below ``folder``, which is returned."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder but the program's own, by relative path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files if ".facewright" not in p.parts}
