"""Imports go down the stairs of the house, and Qt stays in its room."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parent.parent / "app"

FLOORS = {
    "ui": 6, "cli": 6, "__main__": 7,
    "workbench": 5,
    "document": 4, "catalog": 4, "formats": 4, "inspection": 4, "assist": 4,
    "generation": 3,
    "imaging": 2,
    "faces": 1,
    "jobs": 0, "settings": 0, "paths": 0, "__init__": 8,
}  # fmt: skip
MODULES = sorted(APP.rglob("*.py"))


def room_of(path: Path) -> str:
    parts = path.relative_to(APP).parts
    return parts[0] if len(parts) > 1 else Path(parts[0]).stem


def imported_modules(path: Path) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            module = node.module or ""
            found += [(node.lineno, f"{module}.{alias.name}" if module == "app" else module) for alias in node.names]
    return found


def violations(path: Path) -> list[str]:
    room = room_of(path)
    wrong = []
    for line, module in imported_modules(path):
        if module.split(".")[0] in {"PySide6", "shiboken6"} and room != "ui":
            wrong.append(f"{path}:{line}: Qt outside ui/")
        if module.split(".")[0] != "app" or module in {"app", "app.__version__"}:
            continue
        target = module.split(".")[1]
        if target not in FLOORS:
            wrong.append(f"{path}:{line}: {target} is no room")
        elif target != room and FLOORS[target] >= FLOORS[room]:
            wrong.append(f"{path}:{line}: {room} must not import {target}")
    return wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(APP)))
def test_imports_go_down(path: Path) -> None:
    assert violations(path) == []


def test_the_fence_sees_a_climber(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "APP", tmp_path)
    (tmp_path / "faces").mkdir()
    climber = tmp_path / "faces" / "climber.py"
    climber.write_text("from app.document import edits\nimport PySide6.QtCore\n")
    assert len(violations(climber)) == 2


def test_the_command_line_starts_without_qt() -> None:
    code = "import sys, app.cli; sys.exit(any(m.split('.')[0] == 'PySide6' for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=APP.parent, check=False).returncode == 0


def test_rooms_have_no_drawers_called_misc() -> None:
    forbidden = {"utils", "util", "misc", "helpers", "manager", "common"}
    assert [p for p in MODULES if p.stem in forbidden] == []
