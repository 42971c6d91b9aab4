"""Facewright: a workbench for multi-modal face datasets.

One sample is a photo with its 19-class mask, its sketch, its ten captions and its forty attributes.
``from app import open_dataset`` gives the same verbs as the window and the command line, without Qt::

    with open_dataset("CelebAMask-HQ") as ds:
        sample = ds["17"]
        hair = sample.mask.layers["hair"].copy()   # bool (H, W)
        hair[:8] = False
        sample.mask.layers["hair"] = hair          # one undoable edit
        sample.captions[2] = "She has wavy hair."
        sample.attributes["Smiling"] = True
        ds.draw_sketches(ids=["17"], which="all")  # from the photo, as the dataset's own are
        ds.save()                                  # exactly these files change, or an error says why not
        ds.search("class:hat -attr:Young")         # ids; the language of the window's search line
        ds.export("hats", format="coco", query="class:hat")  # whole or not at all, with manifest and report
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.workbench.dataset import Dataset, open_dataset
    from app.workbench.sample import Sample

__version__ = "0.1.0"
__all__ = ["Dataset", "Sample", "__version__", "open_dataset"]


def __getattr__(name: str) -> Any:
    # numpy and the rooms below load with the first use: the window paints before them.
    if name in {"Dataset", "open_dataset"}:
        from app.workbench import dataset

        return getattr(dataset, name)
    if name == "Sample":
        from app.workbench.sample import Sample

        return Sample
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
