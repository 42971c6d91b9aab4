"""Questions of tools: the last one is answered, and nothing of them stays behind."""

from __future__ import annotations

import gc
import weakref

from app.jobs import Progress
from app.ui.canvas.tools.answers import Answers


class Photo:
    """What a question is about: large, and gone when nobody asks about it any more."""

    def asked(self, _progress: Progress) -> str:
        return "seen"


def test_what_was_asked_about_does_not_stay_in_memory(qtbot) -> None:
    answers, taken, refused = Answers(), [], []
    left = []
    for _ in range(8):
        photo = Photo()
        left.append(weakref.ref(photo))
        answers.ask(photo.asked, taken.append, refused.append)
        del photo
        if len(left) % 2:  # every other question is dropped by the next one
            qtbot.waitUntil(lambda: not answers.is_waiting)
    qtbot.waitUntil(lambda: not answers.is_waiting)

    def are_gone() -> bool:
        gc.collect()
        return not any(photo() for photo in left)

    qtbot.waitUntil(are_gone)
    assert set(taken) == {"seen"}
    assert refused == []
