"""What the released datasets hold, as counted by others over the whole sets: the measure of ``info --complete``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CELEBA_HQ_SAMPLES = 30_000
"""Photos, rows of each table and ids (0…29999) of CelebAMask-HQ and Multi-Modal-CelebA-HQ."""

CLASS_SAMPLES: Mapping[str, int] = MappingProxyType(
    {
        "skin": 30000, "nose": 29998, "eye_g": 1549, "l_eye": 29258, "r_eye": 29260, "l_brow": 29029, "r_brow": 28968,
        "l_ear": 15868, "r_ear": 14326, "mouth": 17663, "u_lip": 29870, "l_lip": 29896, "hair": 29300, "hat": 1284,
        "ear_r": 7966, "neck_l": 1776, "neck": 29148, "cloth": 17607,
    }
)  # fmt: skip
"""Non-empty masks per class of CelebAMask-HQ 1.1, as Dataset Ninja counted them (dataset-ninja/celebamask-hq,
stats/class_balance.json); 372,766 in all. The release holds one constant PNG more."""

MASK_FOLDERS = 15
SAMPLES_PER_FOLDER = 2_000
"""``CelebAMask-HQ-mask-anno/0`` … ``14``: every sample has skin, so each folder has masks of 2,000 samples."""

CAPTIONS = 300_000
"""Ten lines for each of the 30,000 samples of Multi-Modal-CelebA-HQ."""

CELEBA_SAMPLES = 202_599
CELEBA_SPLITS: Mapping[str, int] = MappingProxyType({"train": 162_770, "val": 19_867, "test": 19_962})
CELEBA_TABLES = (
    "list_attr_celeba",
    "list_landmarks_align_celeba",
    "list_bbox_celeba",
    "list_eval_partition",
    "identity_CelebA",
)
CELEBA_HQ_TABLES: Mapping[str, str] = MappingProxyType(
    {
        "attribute rows": "CelebAMask-HQ-attribute-anno.txt",
        "pose rows": "CelebAMask-HQ-pose-anno.txt",
        "mapping rows": "CelebA-HQ-to-CelebA-mapping.txt",
    }
)
