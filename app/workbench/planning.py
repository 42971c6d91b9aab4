"""What a bulk edit would come to, found out sample by sample before anything is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.faces.errors import FaceDataError
from app.faces.sample import SampleId
from app.jobs import Progress


def look_at_each(
    samples: Sequence[SampleId], look: Callable[[SampleId], None], skipped: dict[SampleId, str], progress: Progress
) -> None:
    """``look`` was called with each sample; ``skipped`` has those for which it raised FaceDataError or OSError, and
    why. Raises Cancelled."""
    for done, sample in enumerate(samples):
        progress.report(done, len(samples), f"sample {sample}")
        try:
            look(sample)
        except (OSError, FaceDataError) as error:
            skipped[sample] = str(error)
    progress.report(len(samples), len(samples))
