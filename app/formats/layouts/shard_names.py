"""What the names of shards and of the samples in them tell."""

from __future__ import annotations

import re

from app.formats.tree import SPLIT_NAMES

NO_SPLIT = "samples"
"""What shards of tar are called where no sample is in a split."""
KNOWN_SPLITS = (*SPLIT_NAMES, "validation")
_NO_SPLITS = frozenset(("", NO_SPLIT, "shard", "shards", "data", "dataset", "part", "images"))
_SHARD = re.compile(r"(?P<name>.*?)[-_.]?(?:[0-9]{2,}(?:[-_]of[-_][0-9]+)?)?\.tar", re.IGNORECASE)
_MANUAL = re.compile(r"(?:.*/)?data([0-9]{1,4})x([0-9]{1,4})\.tar", re.IGNORECASE)
_RECORDS = re.compile(r"(?:.*/)?[^/]+?-(?P<split>[^/-]+)\.tfrecord(?:-[0-9]{5}-of-[0-9]{5})?", re.IGNORECASE)


def is_manual_tar(path: str) -> bool:
    """Whether it is ``data1024x1024.tar``, which TFDS asks its user for."""
    found = _MANUAL.fullmatch(path)
    return found is not None and found[1] == found[2]


def split_of_records(path: str) -> str | None:
    """``celeb_a_hq-train.tfrecord-00000-of-00010`` → ``train``; None for any other name."""
    found = _RECORDS.fullmatch(path)
    return None if found is None else found["split"]


def is_shard_name(path: str) -> bool:
    """Whether a tar is numbered, as shards are."""
    return re.search(r"[0-9]{2,}(?:[-_]of[-_][0-9]+)?\.tar\Z", path, re.IGNORECASE) is not None


def split_of_shard(path: str) -> str:
    """``train-000000.tar`` → ``train``, ``celeba-val-3-of-4.tar`` → ``val``; a folder's name tells where a shard's does
    not."""
    home, _, name = path.rpartition("/")
    found = _SHARD.fullmatch(name)
    prefix = found["name"] if found else ""
    words = re.split(r"[-_.]", prefix.casefold())
    for word in reversed(words):
        if word in KNOWN_SPLITS:
            return word
    folder = home.rpartition("/")[2]
    if folder.casefold() in KNOWN_SPLITS:
        return folder.casefold()
    return "" if prefix.casefold() in _NO_SPLITS else prefix


def key_of(name: str) -> str:
    """What the names of a sample's members begin with: everything behind the first dot is a suffix to WebDataset."""
    return name.replace("%", "%25").replace(".", "%2E")


def name_of(key: str) -> str:
    """The name that ``key_of`` made the key of."""
    return key.replace("%2E", ".").replace("%25", "%")
