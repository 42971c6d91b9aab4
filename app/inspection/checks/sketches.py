"""The sketch held against its photo."""

from __future__ import annotations

from collections.abc import Iterator

from app.faces.finding import Finding, Severity
from app.inspection.case import Case
from app.inspection.wording import listed


def sketch_agreement(case: Case) -> Iterator[Finding]:
    """The sketch is another photo's, or lies mirrored, turned or shifted on its own; it is empty, or light on dark."""
    from app.inspection.sketch_agreement import SUSPICIOUS, SketchState
    from app.inspection.sketch_agreement import sketch_agreement as compared

    if case.photo is None or case.sketch is None:
        return
    found = compared(case.photo, case.sketch)
    if not found.is_suspicious:
        return
    width, height = case.sketch.shape[1], case.sketch.shape[0]
    right, down = round(found.shift[0] * width), round(found.shift[1] * height)
    messages = {
        SketchState.EMPTY: "The sketch is empty.",
        SketchState.FOREIGN: f"The sketch seems to be another photo's: its lines agree by {found.score:.2f} of 1.",
        SketchState.MIRRORED: "The sketch is mirrored.",
        SketchState.UPSIDE_DOWN: "The sketch is upside down.",
        SketchState.SHIFTED: f"The sketch lies {_where(right, down)}.",
        SketchState.AGREES: "The sketch is light on dark.",
    }
    is_doubtful = found.state is SketchState.FOREIGN
    yield Finding(
        sample=case.sample,
        check="sketch-agreement",
        severity=Severity.WARNING,
        score=min(0.95, 0.6 + SUSPICIOUS - found.score) if is_doubtful else 0.9,
        message=messages[found.state],
        subject=f"{found.state.value} {found.is_inverted}",
        evidence={
            "state": found.state.value,
            "agreement": round(found.score, 3),
            "straightened": round(found.straightened, 3),
            "shift": (right, down),
            "ink": round(found.ink, 4),
            "inverted": found.is_inverted,
        },
        suggestion="Put the right sketch there, or make one from the photo.",
    )


def _where(right: int, down: int) -> str:
    """How far off a sketch lies that has to go so many pixels to the right and down."""
    parts = []
    if right:
        parts.append(f"{abs(right)} px too far to the {'left' if right > 0 else 'right'}")
    if down:
        parts.append(f"{abs(down)} px too {'high' if down > 0 else 'low'}")
    return listed(parts)
