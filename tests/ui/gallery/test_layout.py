"""The arithmetic of cells equals laying them out one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize

from app.ui.gallery.layout import CellLayout

LAYOUTS = st.builds(
    CellLayout,
    count=st.integers(0, 40),
    columns=st.integers(1, 9),
    cell=st.builds(QSize, st.integers(1, 12), st.integers(1, 12)),
    left=st.integers(0, 5),
    top=st.integers(0, 5),
    gap=st.integers(0, 3),
)
AREAS = st.builds(QRect, st.integers(-20, 90), st.integers(-20, 90), st.integers(1, 120), st.integers(1, 120))


def cells(layout: CellLayout) -> list[QRect]:
    """Placed one after the other."""
    placed, x, y = [], layout.left, layout.top
    for row in range(layout.count):
        if row and row % layout.columns == 0:
            x, y = layout.left, y + layout.cell.height() + layout.gap
        placed.append(QRect(QPoint(x, y), layout.cell))
        x += layout.cell.width() + layout.gap
    return placed


@given(LAYOUTS)
def test_every_cell_is_where_it_would_be_laid(layout: CellLayout) -> None:
    assert [layout.rect(row) for row in range(layout.count)] == cells(layout)


@given(LAYOUTS, st.integers(-5, 120), st.integers(-5, 120))
def test_a_point_is_in_the_cell_that_contains_it(layout: CellLayout, x: int, y: int) -> None:
    found = [row for row, cell in enumerate(cells(layout)) if cell.contains(x, y)]
    assert layout.row_at(QPoint(x, y)) == (found[0] if found else None)


@given(LAYOUTS, AREAS)
def test_a_block_holds_just_the_cells_that_an_area_touches(layout: CellLayout, area: QRect) -> None:
    touched = {row for row, cell in enumerate(cells(layout)) if cell.intersects(area)}
    block = layout.block(area)
    lines, columns = block or (range(0), range(0))
    inside = {line * layout.columns + column for line in lines for column in columns}
    assert {row for row in inside if row < layout.count} == touched


@given(LAYOUTS, AREAS)
def test_a_span_leaves_out_no_cell_that_an_area_touches(layout: CellLayout, area: QRect) -> None:
    touched = {row for row, cell in enumerate(cells(layout)) if cell.intersects(area)}
    span = layout.span(area)
    assert touched <= set(span)
    assert set(span) <= set(range(layout.count))


@given(LAYOUTS)
def test_the_content_encloses_all_cells_with_the_same_margin_around(layout: CellLayout) -> None:
    around = QRect()
    for cell in cells(layout):
        around = around.united(cell)
    wanted = around.adjusted(-layout.left, -layout.top, layout.left, layout.top).size() if layout.count else QSize(0, 0)
    assert layout.content == wanted
