"""Does datumaro open what we export as COCO, Pascal VOC and CVAT, and find our pixels in it?

Its YOLO reader (1.13) knows boxes alone.

    python tests/clients/check_datumaro.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from environment import check, layer

EXPORTS = (
    ("coco", {}),
    ("coco", {"segmentation": "polygons"}),
    ("voc", {"fit": "masks to photos"}),
    ("cvat", {}),
    ("cvat", {"shapes": "polygons"}),
)
READERS = {"coco": "coco_instances", "voc": "voc_segmentation", "cvat": "cvat"}
CLASSES = (
    "skin nose eye_g l_eye r_eye l_brow r_brow l_ear r_ear mouth u_lip l_lip hair hat ear_r neck_l neck cloth"
).split()


def probe(folder: Path) -> int:
    """Open each export with datumaro; how many did not hold what they should."""
    import datumaro
    from datumaro.components.annotation import AnnotationType, Mask, Polygon
    from datumaro.components.dataset import Dataset
    from datumaro.util.mask_tools import rles_to_mask

    print("datumaro", datumaro.__version__)
    masks = np.load(folder / "masks.npz")
    failed = 0
    for place in sorted(folder.iterdir()):
        reader = READERS.get(next((name for name in READERS if place.name.startswith(name)), ""))
        if reader is None or not place.is_dir():
            continue
        dataset = Dataset.import_from(str(place), reader)
        names = [label.name for label in dataset.categories()[AnnotationType.label]]
        count, wrong, compared, tags = 0, 0, 0, 0
        for item in dataset:
            count += 1
            height, width = item.media.data.shape[:2]
            found: dict[str, np.ndarray] = {}
            for each in item.annotations:
                tags += each.type == AnnotationType.label
                if isinstance(each, Mask):
                    covered = np.asarray(each.image).astype(bool)
                elif isinstance(each, Polygon):
                    covered = rles_to_mask([each.points], height, width).astype(bool)
                else:
                    continue
                found[names[each.label]] = found.get(names[each.label], False) | covered
            found.pop("background", None)
            for name, covered in found.items():
                number, is_flat = CLASSES.index(name) + 1, reader == "voc_segmentation"
                expected = layer(masks, item.id.split("/")[-1], number, width, flattened=is_flat)
                compared += 1
                wrong += int((covered != expected).sum())
        print(
            f"{place.name}: {reader}: {count} items, splits {sorted(dataset.subsets())}, {len(names)} labels,"
            f" {compared} class masks compared, {wrong} pixels differ, {tags} tags"
        )
        failed += not count or bool(wrong)
    return failed


if __name__ == "__main__":
    sys.exit(probe(Path(sys.argv[2])) if sys.argv[1:2] == ["probe"] else check(__file__, "datumaro", EXPORTS))
