"""What a user may want differently about editing and keeping; passed in, never fetched."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    """The defaults suit a desktop."""

    history_bytes: int = 64_000_000
    """Differences kept in memory over all samples; older ones are fetched from the edit log."""
    merge_within_s: float = 3.0
    """Typing in one caption is one step while the pauses are shorter."""
    keep_open: int = 12
    """Samples without unsaved edits that stay in memory."""
    log_days: int = 30
    log_bytes: int = 500_000_000
    log_steps: int = 200
    """Steps per sample that stay in the edit log however old or large it is."""
    reviewer: str | None = None
    """Who stands behind review marks; None: the user's login name."""
