"""Photos and sketches of a dataset's files, with everything that is to be said of them."""

from __future__ import annotations

from app.faces.errors import FaceDataError
from app.faces.sample import Loaded, Modality, Photo, Problem
from app.formats.files import DatasetFolder, sha256, shown
from app.formats.pictures import misnamed, polarity, read_picture


def load_picture(folder: DatasetFolder, modality: Modality, path: str) -> Loaded[Photo]:
    """The picture in R, G, B, not rotated; None, and a problem that says why, where it cannot be read."""
    stamps: dict[str, str | None] = {path: None}
    try:
        data = folder.read(path)
        stamps[path] = sha256(data)
        picture, notices = read_picture(data)
    except (FaceDataError, FileNotFoundError) as error:
        what = "it is gone since the dataset was opened" if isinstance(error, FileNotFoundError) else str(error)
        return Loaded(None, stamps, (Problem(modality, path, f"{shown(path)}: {what}"),))
    more = [misnamed(path, data)]
    if modality is Modality.SKETCH:
        notices = tuple(notice for notice in notices if "grey" not in notice)
        more.append(polarity(picture))
    notices += tuple(notice for notice in more if notice)
    problems = tuple(Problem(modality, path, f"{shown(path)}: {notice}") for notice in notices)
    return Loaded(picture, stamps, problems)
