"""Says, as long as it is so, that the photo is not shown as it is; a click shows it as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.canvas.decorations.decoration import Decoration
from app.ui.canvas.labels import ChipButton
from app.ui.messages import tooltip

if TYPE_CHECKING:
    from app.ui.canvas.mask_canvas import MaskCanvas
    from app.ui.looks import Looks


class PhotoBadge(Decoration):
    """A badge in the lower left corner. It draws nothing on the canvas itself."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._session = canvas.session
        self.button = ChipButton(canvas, name="photoBadge")
        self.button.setToolTip(
            tooltip(self.tr("Only the view: no file and no tool sees the change. Click to show the photo as it is."))
        )
        self.button.clicked.connect(self._reset)
        self._session.view_changed.connect(self._refresh)
        canvas.resized.connect(self._place)
        self._refresh()

    def _reset(self) -> None:
        self._session.looks = self._session.looks.with_plain_photo()

    def _refresh(self) -> None:
        looks = self._session.looks
        text = "" if looks.shows_photo_as_it_is else self.tr("Photo: {changes}  ✕").format(changes=self._changes(looks))
        self.button.say(text)
        self._place()

    def _changes(self, looks: Looks) -> str:
        parts = [self.tr(looks.channel)] if looks.channel else []
        if looks.brightness:
            parts.append(self.tr("brightness {0}").format(f"{round(100 * looks.brightness):+d}"))
        if looks.contrast:
            parts.append(self.tr("contrast {0}").format(f"{round(100 * looks.contrast):+d}"))
        if looks.gamma != 1:
            parts.append(self.tr("gamma {0}").format(f"{looks.gamma:.2f}"))
        return ", ".join(parts)

    def _place(self) -> None:
        self.button.move(8, self.canvas.height() - self.button.height() - 8)
