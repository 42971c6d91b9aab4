"""Fetching a dataset by its official client, and unpacking it to the end.

Everything happens in a hidden folder beside the target that is renamed when it is whole, so that the target is absent
or complete. What was downloaded stays there until then: the same command goes on with it.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.document import disk
from app.faces.errors import DamagedFileError, FetchError, UnsafeFileError
from app.formats.exporting.folder import checked
from app.formats.files import shown
from app.formats.zip_directory import ZipDirectory
from app.jobs import Progress, Silent
from app.workbench.fetch_clients import CLIENTS

ARCHIVE_BYTES = 3_160_000_000
UNPACKED_BYTES = 4_300_000_000
"""Of CelebAMask-HQ, rounded up."""
_LARGEST = 40_000_000_000
_SPARE = 200_000_000
_TOP = "CelebAMask-HQ"
_TOLD_EVERY = 500


@dataclass(frozen=True, slots=True)
class Fetched:
    """The dataset's folder, how many files were unpacked, and the archive where it was kept."""

    folder: Path
    files: int
    archive: Path | None


def partial_folder(target: Path) -> Path:
    """Where a fetch into ``target`` works until it is whole."""
    return target.with_name(f".{target.name}.fetching")


def fetch(
    name: str,
    target: Path,
    *,
    terms_accepted: bool,
    keep_zip: bool = False,
    quiet: bool = False,
    progress: Progress | None = None,
) -> Fetched:
    """CelebAMask-HQ from the source ``name`` lies unpacked in the folder ``target``, whole.

    The archive is kept beside it as ``target.zip`` when ``keep_zip``. Raises FetchError (terms, target, space, client),
    UnsafeFileError or DamagedFileError for an archive that is not what it should be.
    """
    if not terms_accepted:
        raise FetchError("the terms were not accepted; nothing was fetched")
    target = target.absolute()
    kept = target.with_name(f"{target.name}.zip")
    _check_target(target, kept if keep_zip else None)
    partial = partial_folder(target)
    download = partial / "download"
    try:
        download.mkdir(parents=True, exist_ok=True)
        here = sum(path.stat().st_size for path in download.rglob("*") if path.is_file())
        _check_space(partial, max(0, ARCHIVE_BYTES - here) + UNPACKED_BYTES)
        archive = CLIENTS[name](download, quiet)
        try:
            files = _unpack(archive, partial / "unpacked", progress or Silent())
        except (DamagedFileError, UnsafeFileError) as error:
            raise type(error)(f"{error}; remove {partial.name} beside the folder to download it anew") from None
        with suppress(FileNotFoundError):
            target.rmdir()
        whole = partial / "unpacked"
        inner = whole / _TOP
        (inner if [path.name for path in whole.iterdir()] == [_TOP] else whole).rename(target)
        if keep_zip:
            archive.rename(kept)
    except OSError as error:
        where = shown(error.filename or str(partial)) if isinstance(error.filename, str | None) else str(partial)
        raise FetchError(
            f"{where}: {error.strerror or error}; what is downloaded is kept in {partial.name}: run the command again"
        ) from None
    shutil.rmtree(partial, ignore_errors=True)
    return Fetched(target, files, kept if keep_zip else None)


def _check_target(target: Path, kept: Path | None) -> None:
    if target.exists() and not target.is_dir():
        raise FetchError(f"{target} is no folder; name a new one")
    if target.is_dir() and any(target.iterdir()):
        raise FetchError(
            f"{target} is not empty; name a new folder, or look into this one with facewright info --complete"
        )
    if not target.parent.is_dir():
        raise FetchError(f"{target.parent} is not there; make it, or name another folder")
    if kept is not None and kept.exists():
        raise FetchError(f"{kept} is there already; move it away, or leave out --keep-zip")


def _check_space(folder: Path, needed: int) -> None:
    free = disk.free_bytes(folder)
    if free < needed + _SPARE:
        raise FetchError(
            f"{folder.parent} has {free / 1e9:.1f} GB free, {(needed + _SPARE) / 1e9:.1f} GB are needed (archive and"
            " unpacked files); make room, or name a folder on another disk"
        )


def _unpack(archive: Path, folder: Path, progress: Progress) -> int:
    """All files of the archive lie in the folder; how many. What an earlier try left there is gone."""
    if folder.exists():
        shutil.rmtree(folder)
    directory = ZipDirectory(archive)
    for why, names in directory.left_out.names.items():
        raise UnsafeFileError(
            f"{shown(archive.name)} is not what it should be: {len(names)} members {why} ({shown(names[0])}); nothing"
            " was unpacked"
        )
    members = [(path, number) for path, number in _members(directory) if checked(path)]
    total = sum(directory.size(number) for _, number in members)
    if total > _LARGEST:
        raise UnsafeFileError(f"{shown(archive.name)} would unpack to {total:,} bytes; nothing was unpacked")
    folder.mkdir(parents=True)
    _check_space(folder, total)
    for path in sorted(directory.folders):
        (folder / path).mkdir(parents=True, exist_ok=True)
    for done, (path, number) in enumerate(members):
        if done % _TOLD_EVERY == 0:
            progress.report(done, len(members))
        with open(folder / path, "xb") as file:
            file.write(directory.read(number, path))
    progress.report(len(members), len(members))
    return len(members)


def _members(directory: ZipDirectory) -> list[tuple[str, int]]:
    """In the order of the archive, which is how a disk reads it fastest."""
    found = [
        (f"{folder}/{name}" if folder else name, number)
        for folder, names in directory.files.items()
        for name, number in names.items()
    ]
    return sorted(found, key=lambda member: member[1])
