"""A dataset of many small faces, for tests of jobs over whole datasets."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import cv2
import numpy as np

from app.faces.attributes import ATTRIBUTE_NAMES

CLASSES = ("skin", "hair", "nose")
SIDE = 32


def face_folder(folder: Path, count: int) -> Path:
    """``count`` samples with photo, three overlapping class masks, captions and attributes. Nothing in it is young."""
    for name in ("CelebA-HQ-img", "CelebAMask-HQ-mask-anno/0", "text/celeba-caption"):
        (folder / name).mkdir(parents=True)
    rows = [str(count), " ".join(ATTRIBUTE_NAMES)]
    for number in range(count):
        write_photo(folder, number)
        for name in CLASSES:
            write_mask(folder, number, name, width=4 + number % 20)
        texts = [f"face number {number} line {line}" for line in range(10)]
        (folder / f"text/celeba-caption/{number}.txt").write_text("\n".join(texts) + "\n")
        rows.append(
            f"{number}.jpg  " + " ".join("1" if number % (2 + n) else "-1" for n in range(len(ATTRIBUTE_NAMES)))
        )
    (folder / "CelebAMask-HQ-attribute-anno.txt").write_text("\n".join(rows) + "\n")
    settle(folder)
    return folder


def write_photo(folder: Path, number: int) -> None:
    picture = np.full((SIDE * 8, SIDE * 8, 3), (number * 7 % 256, 90, 160), np.uint8)
    cv2.imwrite(str(folder / f"CelebA-HQ-img/{number}.jpg"), picture)


def mask_path(folder: Path, number: int, name: str) -> Path:
    return folder / f"CelebAMask-HQ-mask-anno/0/{number:05d}_{name}.png"


def write_mask(folder: Path, number: int, name: str, *, width: int) -> None:
    """A bar ``width`` pixels wide, at a place of its own for each class."""
    picture = np.zeros((SIDE, SIDE, 3), np.uint8)
    top = 4 * CLASSES.index(name)
    picture[top : top + 8, :width] = 255
    cv2.imwrite(str(mask_path(folder, number, name)), picture)


def settle(folder: Path) -> None:
    """All files and folders have been unchanged for a while."""
    for path in (*folder.rglob("*"), folder):
        os.utime(path, ns=(10**18, 10**18 + path.stat().st_size))


def fingerprint(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Names, contents, modes and times of everything in the folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[path.relative_to(folder).as_posix()] = (content, status.st_mode, status.st_mtime_ns)
    return found
