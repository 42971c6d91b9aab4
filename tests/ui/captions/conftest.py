"""A sample whose captions are held against something: attributes, mask, spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tiny_dataset import EVERYTHING, write

LINES = (
    "She has brown hair.",
    "She has black hair and a pointy nose.",  # the label says no black hair
    "She wears a hat.",  # the label says so, the mask has none
    "This young woman has bangs.",
    "She is smilling.",
    "She has a big nose.",
    "She has an oval face.",
    "She has rosy cheeks.",
    "She has high cheekbones and no tie.",
    "She is young.",
)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """As ever, with other captions for sample 17."""
    return write(tmp_path / "dataset", EVERYTHING | {"text/celeba-caption/17.txt": "\n".join(LINES).encode()})
