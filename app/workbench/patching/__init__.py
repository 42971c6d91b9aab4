"""Corrections alone, to be shared without sharing the data: what was changed of a dataset, in one small zip.

``make_patch`` compares the kept originals with the files of now, ``apply_patch`` makes the same changes on another copy
of the dataset, pristine or edited differently, as undoable edits.
"""

from app.workbench.patching.applying import ApplyReport, apply_patch
from app.workbench.patching.differences import Keep
from app.workbench.patching.making import MakeReport, make_patch

__all__ = ["ApplyReport", "Keep", "MakeReport", "apply_patch", "make_patch"]
