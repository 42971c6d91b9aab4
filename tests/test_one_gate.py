"""Mask bits are written in one place: every other line of the program that could is listed here, with its reason."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[1] / "app"
WRITES_BITS = {
    "imaging/compose.py": "the gate",
    "document/stroke.py": "puts back what a cancelled stroke had changed",
    "document/deltas.py": "undo and redo: the very bits of a step, back and forth",
    "document/edits.py": "assigns what went through the gate on a copy",
    "faces/mask.py": "makes a new mask of binary pictures",
    "formats/layouts/supervisely_json.py": "reads a mask from a file",
    "workbench/patching/differences.py": "applies a patch to the very class sets it was made on",
}
"""Under the names ``bits`` and ``_bits``, which masks go by everywhere in the house."""
NAMES_MASK_EDITS = {
    "document/edits.py": "defines the edit",
    "ui/canvas/tools/grow.py": "sends all classes that grew through the gate as touches",
    "ui/mask_change.py": "sends what is wanted through the gate first",
    "ui/cleanup/desk.py": "takes what a clean-up operator brought through the gate",
    "ui/canvas/tools/smooth.py": "takes what a clean-up operator brought through the gate",
    "workbench/patching/applying.py": "applies a patch, which no rule of the window restricts",
}
NO_MASKS = {"catalog/query/evaluate.py", "faces/classes.py", "formats/mask_listing.py", "imaging/footprint.py"}
"""Where ``bits`` are other things: sets of samples or classes, a dictionary, footprints packed into numbers."""


@lru_cache
def modules() -> dict[str, ast.Module]:
    """The files that say either word; parsing the others would take most of the time."""
    texts = {file.relative_to(APP).as_posix(): file.read_text(encoding="utf-8") for file in sorted(APP.rglob("*.py"))}
    return {name: ast.parse(text) for name, text in texts.items() if "bits" in text or "MaskEdit" in text}


def is_mask(expression: ast.expr) -> bool:
    """Whether this is an element of something called bits, or that thing itself."""
    while isinstance(expression, ast.Subscript):
        expression = expression.value
    name = expression.id if isinstance(expression, ast.Name) else getattr(expression, "attr", "")
    return name in ("bits", "_bits")


def writes(tree: ast.Module) -> bool:
    """Whether any statement changes an array called bits in place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            if any(isinstance(target, ast.Subscript) and is_mask(target) for target in node.targets):
                return True
        elif isinstance(node, ast.AugAssign):
            if is_mask(node.target):
                return True
        elif isinstance(node, ast.Call):
            out = [keyword.value for keyword in node.keywords if keyword.arg == "out"]
            first = node.args[:1] if getattr(node.func, "attr", "") in ("copyto", "putmask", "place", "put") else []
            if any(is_mask(written) for written in out + first):
                return True
    return False


def names(tree: ast.Module, wanted: str) -> bool:
    return any(
        getattr(node, "id", getattr(node, "name", getattr(node, "attr", ""))) == wanted for node in ast.walk(tree)
    )


def test_nobody_else_writes_mask_bits() -> None:
    found = {name for name, tree in modules().items() if writes(tree)} - NO_MASKS
    assert found == set(WRITES_BITS)


def test_whole_masks_are_changed_by_those_that_asked_the_gate() -> None:
    found = {name for name, tree in modules().items() if names(tree, "MaskEdit")}
    assert not found - set(NAMES_MASK_EDITS)


@pytest.mark.parametrize(
    "line",
    ["bits[3] = 1", "mask.bits[rows] |= bit", "self._bits ^= x", "np.copyto(mask.bits, a)", "np.add(a, b, out=bits)"],
)
def test_this_test_sees_a_line_that_writes(line: str) -> None:
    assert writes(ast.parse(line))


def test_reading_is_no_writing() -> None:
    assert not writes(ast.parse("bits = mask.bits[3]\nbits = bits | 4\nother[bits] = 2"))
