"""Small datasets in whatever layout and state a test needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from app.faces.store import SavePlan
from tests.formats.drawn import MULTI_MODAL, NATIVE

Tree = Callable[..., Path]
Apply = Callable[[Path, SavePlan], None]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """``tree(NATIVE, {"extra": b"…", "gone": None})`` writes the files below ``tmp_path / "data"``."""

    def make(*parts: Mapping[str, bytes | None], root: str = "data") -> Path:
        files = {path: data for part in parts for path, data in part.items()}
        for path, data in files.items():
            if data is not None:
                target = tmp_path / root / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        return tmp_path / root

    return make


@pytest.fixture
def native(tree: Tree) -> Path:
    """A released CelebAMask-HQ tree of three samples, 32² masks."""
    return tree(NATIVE)


@pytest.fixture
def multi_modal(tree: Tree) -> Path:
    """A Multi-Modal-CelebA-HQ tree of two samples with index maps."""
    return tree(MULTI_MODAL)


@pytest.fixture
def apply_plan() -> Apply:
    """Carries a plan out as the document's saving would, checking every expected hash."""

    def apply(root: Path, plan: SavePlan) -> None:
        for change in plan.changes:
            target = root / change.path
            found = hashlib.sha256(target.read_bytes()).hexdigest() if target.exists() else None
            assert found == change.before
            if change.after is None:
                target.unlink()
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(change.after)

    return apply


@pytest.fixture
def contents() -> Callable[[Path], dict[str, bytes]]:
    """All files of a folder by relative path."""

    def read(root: Path) -> dict[str, bytes]:
        return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}

    return read
