"""The terms that go with an export: a copy of faces without its terms is how terms get lost."""

from __future__ import annotations

import os
from pathlib import Path

from app.faces.errors import FaceDataError
from app.formats.files import DatasetFolder, shown
from app.workbench.demo import is_demo

NOTICE = "LICENSE-NOTICE.txt"
_HEADING = "LICENCE NOTICE"
_LIMIT = 256 * 1024
_MOST_FILES = 4
_NAMES = frozenset(
    stem + suffix
    for stem in ("readme", "license", "licence", "notice", "terms", "copying")
    for suffix in ("", ".txt", ".md")
)

_GENERAL = f"""{_HEADING}

The samples in this folder were exported from another dataset. Whoever made that dataset decides what may be done with
them; exporting, choosing or correcting samples gives nobody any further right. Keep this notice with every copy.

Where the photos come from CelebA, CelebA-HQ, CelebAMask-HQ, Multi-Modal-CelebA-HQ or a set derived from them, these
terms of their publishers apply, also to masks, sketches, captions and attributes made for them:

* They are available for non-commercial research and educational purposes only.
* You agree not to reproduce, duplicate, copy, sell, trade, resell or exploit for any commercial purposes any portion of
  the images and any portion of derived data.
* You agree not to further copy, publish or distribute any portion of the dataset, except that copies may be made for
  internal use at a single site within the same organisation.
* The photos were collected from the internet and are not the property of the dataset's publishers, who are not
  responsible for their content or meaning. The people in them have rights of their own.

Works to cite:
  Z. Liu, P. Luo, X. Wang, X. Tang: Deep Learning Face Attributes in the Wild. ICCV 2015 (CelebA).
  T. Karras, T. Aila, S. Laine, J. Lehtinen: Progressive Growing of GANs. ICLR 2018 (CelebA-HQ).
  C.-H. Lee, Z. Liu, L. Wu, P. Luo: MaskGAN: Towards Diverse and Interactive Facial Image Manipulation. CVPR 2020
    (CelebAMask-HQ).
  W. Xia, Y. Yang, J.-H. Xue, B. Wu: TediGAN: Text-Guided Diverse Face Image Generation and Manipulation. CVPR 2021
    (Multi-Modal-CelebA-HQ).
"""
_DEMO = f"""{_HEADING}

The samples in this folder come from the Facewright demo dataset: the people in it are drawn, nobody was photographed.
They may be kept, changed, shown and passed on by anybody for any purpose.
"""


def licence_notice(root: Path) -> bytes:
    """What ``LICENSE-NOTICE.txt`` of an export of the dataset in ``root`` says, with the dataset's own words.

    The notice of a dataset that was exported itself is passed on as it is.
    """
    if not root.is_dir():
        return _GENERAL.encode()
    folder = DatasetFolder(root)
    own = _text(folder, NOTICE)
    if own is not None and own.startswith(_HEADING):
        return own.encode()
    text = _DEMO if is_demo(root) else _GENERAL
    names = sorted(name for name in os.listdir(root) if name.lower() in _NAMES)[:_MOST_FILES]
    for name in names:
        words = _text(folder, name)
        if words is not None:
            text += f"\n{'-' * 78}\n{shown(name)} of the dataset says:\n\n{words.strip()}\n"
    return text.encode()


def _text(folder: DatasetFolder, name: str) -> str | None:
    try:
        return folder.read(name, _LIMIT).decode("utf-8", "replace")
    except (FileNotFoundError, FaceDataError):
        return None
