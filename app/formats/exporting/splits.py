"""Split lists as trainers read them: a pickled list of names for each split, and the same as plain text.

Protocol 2 is what Python 2 forks of AttnGAN can still read, and what AttnGAN writes itself.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping, Sequence

from app.formats.exporting.folder import Folder

PICKLE_PROTOCOL = 2


def by_split(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Names in order by split, from pairs of name and split; those in no split are in none."""
    found: dict[str, list[str]] = {}
    for name, split in names:
        if split:
            found.setdefault(split, []).append(name)
    return found


def pickled(entries: Sequence[object]) -> bytes:
    """A list as every fork of these trainers can load it."""
    return pickle.dumps(list(entries), protocol=PICKLE_PROTOCOL)


def write_pickles(splits: Mapping[str, Sequence[str]], folder: Folder) -> None:
    """``train/filenames.pickle`` and so on: names without suffix."""
    for split, names in splits.items():
        folder.write(f"{split}/filenames.pickle", pickled(names))


def write_lists(splits: Mapping[str, Sequence[str]], folder: Folder) -> None:
    """``train.txt`` and so on: one name a line, without suffix."""
    for split, names in splits.items():
        folder.write(f"{split}.txt", "".join(f"{name}\n" for name in names).encode())
