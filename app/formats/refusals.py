"""Why nothing fits a folder, in one message: what is plain to see first, then each reason once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.formats.files import shown
from app.formats.format import Detection

_NO_FOLDER = "it is no folder"


def why_none_fits(folder: Path, detections: Iterable[Detection]) -> str:
    """A sentence on what the folder is, where that can be told, and the reasons of the layouts."""
    told = f"{shown(folder.name)} is no dataset that can be opened"
    plain, is_all = _plain(folder)
    if is_all:
        return f"{told}: {plain}"
    titles: dict[str, list[str]] = {}
    for detection in detections:
        titles.setdefault(", ".join(detection.refusals), []).append(detection.title)
    if len(titles) > 1:
        titles.pop(_NO_FOLDER, None)
    reasons = "; ".join(f"{', '.join(names)}: {why}" for why, names in titles.items())
    return f"{told}{f': {plain}' if plain else ''}. {reasons}"


def _plain(folder: Path) -> tuple[str, bool]:
    """What anybody would see at once, and whether there is no more to say."""
    if not folder.is_dir():
        return "", False
    try:
        if not any(folder.iterdir()):
            return "the folder is empty; choose the one that holds the dataset", True
        snapshots = sorted(path.name for path in (folder / "snapshots").iterdir() if path.is_dir())
    except OSError:
        return "", False
    if snapshots and (folder / "blobs").is_dir():
        return f"it is a download cache of Hugging Face; open its folder snapshots/{shown(snapshots[-1])}", True
    return "", False
