"""Parquet through pyarrow, which only those have who asked for it: imported when a parquet file is read or written."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from app.faces.errors import FaceDataError

EXTRA = "parquet"


def has_arrow() -> bool:
    """Whether pyarrow is installed; without importing it, which takes a fifth of a second."""
    return find_spec("pyarrow") is not None


def arrow(error: type[FaceDataError]) -> tuple[Any, Any]:
    """The modules ``pyarrow`` and ``pyarrow.parquet``. Raises ``error`` naming the extra where they are missing."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as missing:
        why = f"parquet files need pyarrow, which cannot be imported ({missing})"
        raise error(f"{why}; pip install 'facewright[{EXTRA}]'") from None
