"""Does the supervisely package open what we export, and find our pixels and tags in it?

python tests/clients/check_supervisely.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from environment import check, layer

EXPORTS = (("supervisely", {}), ("supervisely", {"tags": "yes and no"}))
CLASSES = (
    "skin nose eye_g l_eye r_eye l_brow r_brow l_ear r_ear mouth u_lip l_lip hair hat ear_r neck_l neck cloth"
).split()


def probe(folder: Path) -> int:
    """Open each export with the package; how many did not hold what they should."""
    import supervisely

    print("supervisely", supervisely.__version__)
    masks = np.load(folder / "masks.npz")
    failed = 0
    for place in sorted(folder.glob("supervisely*")):
        project = supervisely.Project(str(place), supervisely.OpenMode.READ)
        compared, wrong, tags = 0, 0, 0
        for dataset in project.datasets:
            for name in dataset.get_items_names():
                annotation = dataset.get_ann(name, project.meta)
                tags += len(annotation.img_tags)
                for label in annotation.labels:
                    covered = np.zeros(annotation.img_size, np.uint8)
                    label.draw(covered, color=1)
                    number = CLASSES.index(label.obj_class.name) + 1
                    expected = layer(masks, Path(name).stem, number, annotation.img_size[1])
                    wrong += int((covered.astype(bool) != expected).sum())
                    compared += 1
        print(
            f"{place.name}: {project.total_items} items in datasets {[each.name for each in project.datasets]},"
            f" {len(project.meta.obj_classes)} classes, {len(project.meta.tag_metas)} tag metas, {tags} tags,"
            f" {compared} bitmaps compared, {wrong} pixels differ"
        )
        failed += not compared or bool(wrong)
    return failed


if __name__ == "__main__":
    sys.exit(probe(Path(sys.argv[2])) if sys.argv[1:2] == ["probe"] else check(__file__, "supervisely", EXPORTS))
