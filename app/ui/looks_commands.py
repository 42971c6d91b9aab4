"""What the actions about looks do: how mask and photo are shown."""

# ruff: noqa: PLW0108 - the lambdas look the workspace up when they are used, there is none when they are made
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from app.faces.classes import CLASS_BY_NAME
from app.ui.chooser import Chooser, Item
from app.ui.looks import LARGEST_GAMMA, LEAST_GAMMA, OPACITY_STEP, STYLES
from app.ui.menu_titles import CONTEXT

if TYPE_CHECKING:
    from app.faces.palettes import Palette
    from app.ui.main_window import MainWindow
    from app.ui.session import Session
    from app.ui.workspace import Workspace

_TONE_STEP = 0.1
_GAMMA_FACTOR = 1.2


def looks_handlers(
    window: MainWindow, session: Callable[[], Session], workspace: Callable[[], Workspace]
) -> dict[str, Callable[[], None]]:
    """The handlers of the rows about looks."""

    def next_style() -> None:
        session().overlay_style = STYLES[(STYLES.index(session().overlay_style) + 1) % len(STYLES)]

    def next_width() -> None:
        session().looks = session().looks.with_next_width()

    def more_opaque(by: float) -> Callable[[], None]:
        return lambda: setattr(session(), "opacity", round(session().opacity + by, 2))

    def more(name: str, by: float) -> Callable[[], None]:
        def change() -> None:
            value = round(max(-1.0, min(1.0, getattr(session().looks, name) + by)), 2)
            session().looks = replace(session().looks, **{name: value})

        return change

    def lift(factor: float) -> Callable[[], None]:
        def change() -> None:
            gamma = round(max(LEAST_GAMMA, min(LARGEST_GAMMA, session().looks.gamma * factor)), 2)
            session().looks = replace(session().looks, gamma=gamma)

        return change

    def next_channel() -> None:
        from app.ui.panels.photo import channel_choices

        names = [name for _, name in channel_choices()]
        place = names.index(session().looks.channel) + 1
        session().looks = replace(session().looks, channel=names[place % len(names)])

    def as_it_is() -> None:
        session().looks = session().looks.with_plain_photo()

    def initials() -> None:
        session().looks = replace(session().looks, has_initials=not session().looks.has_initials)

    def all_shares() -> None:
        session().looks = replace(session().looks, shares=())

    def choose_palette() -> None:
        items = [
            Item(_tr(palette.title), "", _chooser(session(), palette.name), _sample(palette))
            for palette in session().palettes.values()
        ]
        Chooser(window, _tr("Choose class colours"), items).open()

    return {
        "view.overlay_style": next_style,
        "view.line_width": next_width,
        "view.initials": initials,
        "view.stronger": more_opaque(OPACITY_STEP),
        "view.weaker": more_opaque(-OPACITY_STEP),
        "view.equal_opacity": all_shares,
        "view.mask_alone": lambda: setattr(session(), "mask_alone", not session().mask_alone),
        "view.choose_palette": choose_palette,
        "view.import_palette": lambda: workspace().looking.import_palette(),
        "view.photo.brighter": more("brightness", _TONE_STEP),
        "view.photo.darker": more("brightness", -_TONE_STEP),
        "view.photo.more_contrast": more("contrast", _TONE_STEP),
        "view.photo.less_contrast": more("contrast", -_TONE_STEP),
        "view.photo.lift": lift(_GAMMA_FACTOR),
        "view.photo.sink": lift(1 / _GAMMA_FACTOR),
        "view.photo.channel": next_channel,
        "view.photo.reset": as_it_is,
    }


def _chooser(session: Session, name: str) -> Callable[[], None]:
    return lambda: setattr(session, "palette", name)


def _sample(palette: Palette) -> QIcon:
    """Four of its colours."""
    picture = QPixmap(12, 12)
    painter = QPainter(picture)
    for at, name in enumerate(("hair", "skin", "nose", "cloth")):
        painter.fillRect(at % 2 * 6, at // 2 * 6, 6, 6, QColor(*palette.colours[CLASS_BY_NAME[name].id]))
    painter.end()
    return QIcon(picture)


def _tr(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)
