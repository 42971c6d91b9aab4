"""The only room that knows what dataset files look like.

``detect`` ranks the layouts for a folder and says why; ``open_store`` opens the best one. A store reads values and
plans saves as exact bytes; it never writes.
"""

from app.formats.format import Detection, Format
from app.formats.registry import BUILT_IN, all_formats, detect, open_store

__all__ = ["BUILT_IN", "Detection", "Format", "all_formats", "detect", "open_store"]
