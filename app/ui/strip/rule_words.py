"""The words of the sentence: what each says now, and what its menu offers. They read and set the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QIcon, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from app.faces.classes import ALL_BITS, CLASSES, LAYER_CLASSES, FaceClass, names_of
from app.imaging.compose import Area, Erase, Others
from app.ui.messages import tooltip
from app.ui.strip.word import Reading, StayingMenu, Word

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.session import Session

_LOCKS_NAMED = 3
CONTEXT = "rules"


def _tr(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)


class RuleWord(Word):
    """A word whose menu is made when it opens, so that it fits the sample on screen."""

    menu_type: type[QMenu] = QMenu

    def __init__(self, session: Session, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(name, title, parent)
        self.session = session
        menu = self.menu_type(self)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._refill)
        self.setMenu(menu)

    def refresh(self) -> None:
        """Say what holds now."""

    def fill(self, menu: QMenu) -> None:
        """Offer what it could say."""

    @property
    def is_usual(self) -> bool:
        """Whether it restricts nothing."""
        return False

    def _refill(self) -> None:
        menu = self.menu()
        for kind in (QMenu, QActionGroup):  # what was offered before; clear() takes the lines alone
            for child in menu.findChildren(kind):
                child.deleteLater()
        menu.clear()
        self.fill(menu)

    def _offer(
        self, menu: QMenu, text: str, do: Callable[[], None], *, on: bool, about: str = "", why_not: str = ""
    ) -> QAction:
        """One line of the menu, what it means as its tip; a reason against it greys it and is told beside it."""
        action = menu.addAction(f"{text}  ({why_not})" if why_not else text)
        action.setToolTip(tooltip(about or text))
        action.setCheckable(True)
        action.setChecked(on)
        action.setEnabled(not why_not)
        action.triggered.connect(do)
        return action

    def _offer_classes(self, menu: QMenu, choose: Callable[[int], None], chosen: int | None) -> None:
        """All nineteen, the chosen one marked."""
        group = QActionGroup(menu)
        for face_class in CLASSES:
            action = menu.addAction(swatch(self.session, face_class), described(face_class))
            action.setCheckable(True)
            action.setChecked(face_class.id == chosen)
            action.triggered.connect(lambda _=False, class_id=face_class.id: choose(class_id))
            group.addAction(action)


class ClassWord(RuleWord):
    """The class in hand."""

    verb = ""
    """What is done with it: ``Painting``."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "stripClass", _tr("Class in hand"), parent)

    def refresh(self) -> None:
        held = CLASSES[self.session.face_class]
        self.read(Reading(held.name, self.verb, held.name, swatch=self.session.colour_of(held)))

    def fill(self, menu: QMenu) -> None:
        self._offer_classes(menu, self._choose, self.session.face_class)

    def _choose(self, class_id: int) -> None:
        self.session.face_class = class_id


class EraseWord(RuleWord):
    """What erasing takes away."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "stripErase", _tr("What the eraser takes away"), parent)

    def refresh(self) -> None:
        held = CLASSES[self.session.face_class]
        this = self.session.erase_mode_name == Erase.THIS_CLASS.value
        text = _tr("only {name}").format(name=held.name) if this else _tr(self.session.erase_mode_name)
        colour = self.session.colour_of(held) if this else None
        self.read(Reading(text, _tr("Erasing"), text, swatch=colour))

    def fill(self, menu: QMenu) -> None:
        session = self.session
        for mode in (Erase.TOPMOST, Erase.STARTED, Erase.ALL):
            on = session.erase_mode_name == mode.value
            self._offer(menu, _tr(mode.value), self._chooser(mode), on=on, about=about_erasing(mode))
        only = menu.addMenu(_tr("only"))
        is_this = session.erase_mode_name == Erase.THIS_CLASS.value
        self._offer_classes(only, self._only, session.face_class if is_this else None)

    def _chooser(self, mode: Erase) -> Callable[[], None]:
        return lambda: setattr(self.session, "erase_mode_name", mode.value)

    def _only(self, class_id: int) -> None:
        self.session.face_class = class_id
        self.session.erase_mode = Erase.THIS_CLASS


def about_erasing(mode: Erase) -> str:
    """What an eraser mode takes away, in a sentence."""
    return {
        Erase.TOPMOST: _tr("Takes away the class that is seen, and uncovers what is beneath it"),
        Erase.STARTED: _tr("Takes away the class under the start of the stroke, where it is seen, and no other"),
        Erase.ALL: _tr("Takes away everything that is not locked, down to the background"),
        Erase.THIS_CLASS: _tr("Takes away one class, also where others cover it"),
    }[mode]


def area_text(area: Area, face_class: FaceClass) -> str:
    """The editable area as it stands in the sentence."""
    return {
        Area.EVERYWHERE: _tr("anywhere"),
        Area.INSIDE: _tr("only where {name}").format(name=face_class.name),
        Area.OUTSIDE: _tr("not where {name}").format(name=face_class.name),
        Area.INSIDE_VISIBLE: _tr("only on visible classes"),
        Area.OUTSIDE_VISIBLE: _tr("only off visible classes"),
        Area.BACKGROUND: _tr("only on background"),
    }[area]


class AreaWord(RuleWord):
    """Where the mask may be changed at all."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "stripArea", _tr("Where the mask may be changed"), parent)

    @property
    def is_usual(self) -> bool:
        return self.session.area is Area.EVERYWHERE

    def refresh(self) -> None:
        session = self.session
        area, face_class = session.area, CLASSES[session.area_class]
        about = area in (Area.INSIDE, Area.OUTSIDE)
        short = {
            Area.EVERYWHERE: "",
            Area.INSIDE: face_class.name,
            Area.OUTSIDE: _tr("not {name}").format(name=face_class.name),
            Area.INSIDE_VISIBLE: _tr("visible"),
            Area.OUTSIDE_VISIBLE: _tr("not visible"),
            Area.BACKGROUND: _tr("background"),
        }[area]
        colour = session.colour_of(face_class) if about else None
        self.read(Reading(area_text(area, face_class), short=short, icon="square-dashed", swatch=colour))

    def fill(self, menu: QMenu) -> None:
        area, chosen = self.session.area, self.session.area_class
        some = CLASSES[chosen]
        self._offer(menu, area_text(Area.EVERYWHERE, some), self._chooser(Area.EVERYWHERE), on=area is Area.EVERYWHERE)
        menu.addSeparator()
        for kind, title in ((Area.INSIDE, _tr("only where")), (Area.OUTSIDE, _tr("not where"))):
            self._offer_classes(menu.addMenu(title), self._about(kind), chosen if area is kind else None)
        menu.addSeparator()
        for kind in (Area.INSIDE_VISIBLE, Area.OUTSIDE_VISIBLE, Area.BACKGROUND):
            self._offer(menu, area_text(kind, some), self._chooser(kind), on=area is kind)

    def _chooser(self, area: Area) -> Callable[[], None]:
        return lambda: setattr(self.session, "area", area)

    def _about(self, area: Area) -> Callable[[int], None]:
        def choose(class_id: int) -> None:
            self.session.area_class = class_id
            self.session.area = area

        return choose


def is_exclusive(session: Session) -> bool:
    """Whether the mask on screen is an index map, which keeps one class per pixel."""
    document, sample = session.document, session.sample
    mask = document.mask(sample) if document and sample and document.is_open(sample) else None
    return mask is not None and mask.exclusive


def against_others(others: Others, *, exclusive: bool) -> str:
    """Why a rule for other classes makes no sense on this mask; empty when it does."""
    if not exclusive:
        return ""
    return {
        Others.OVERLAP: _tr("an index map keeps one class per pixel"),
        Others.OVERWRITE_ALL: _tr("the same as “show it” in an index map"),
    }.get(others, "")


def about_others(others: Others) -> str:
    """What a rule for other classes does, in a sentence."""
    return {
        Others.SHOW: _tr("Takes away what would hide the class here, and keeps the classes beneath it"),
        Others.OVERWRITE_ALL: _tr("Takes all other classes away where you paint, the hidden ones too"),
        Others.OVERWRITE_VISIBLE: _tr("Takes away the other classes that are shown; those hidden by their eye stay"),
        Others.BEHIND: _tr("Paints only where no class is shown"),
        Others.OVERLAP: _tr("Adds the class and keeps all others, also those that hide it"),
    }[others]


class OthersWord(RuleWord):
    """What painting does to the other classes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "stripOthers", _tr("What painting does to other classes"), parent)

    @property
    def is_usual(self) -> bool:
        return self.session.others is Others.SHOW

    def refresh(self) -> None:
        others = self.session.others
        if against_others(others, exclusive=is_exclusive(self.session)):
            others = Others.SHOW
        text = _tr(others.value)
        self.read(Reading(text, _tr("others:"), text, "layers"))

    def fill(self, menu: QMenu) -> None:
        exclusive = is_exclusive(self.session)
        now = self.session.others
        if against_others(now, exclusive=exclusive):
            now = Others.SHOW
        for others in Others:
            why_not = against_others(others, exclusive=exclusive)
            about = about_others(others)
            self._offer(menu, _tr(others.value), self._chooser(others), on=others is now, about=about, why_not=why_not)

    def _chooser(self, others: Others) -> Callable[[], None]:
        return lambda: setattr(self.session, "others", others)


class LocksWord(RuleWord):
    """The classes that nothing changes."""

    menu_type = StayingMenu

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "stripLocks", _tr("Locked classes"), parent)

    @property
    def is_usual(self) -> bool:
        return not self.session.locked and not self.session.background_locked

    def refresh(self) -> None:
        session = self.session
        if self.is_usual:
            self.read(Reading(_tr("nothing locked"), icon="lock-open"))
            return
        locked = (["background"] if session.background_locked else []) + list(names_of(session.locked))
        more = len(locked) - _LOCKS_NAMED
        named = ", ".join(locked[:_LOCKS_NAMED]) + (f" +{more}" if more > 0 else "")
        self.read(Reading(named, _tr("locked:"), str(len(locked)), "lock"))
        self.setToolTip(tooltip(f"{self.title}: {', '.join(locked)}"))

    def fill(self, menu: QMenu) -> None:
        session = self.session
        held = CLASSES[session.face_class]
        menu.addAction(_tr("Unlock all")).triggered.connect(self._unlock)
        others = _tr("Lock all but {name}").format(name=held.name)
        menu.addAction(others).triggered.connect(self._lock_others)
        menu.addSeparator()
        for face_class in CLASSES:
            action = menu.addAction(swatch(session, face_class), described(face_class))
            action.setCheckable(True)
            action.setChecked(bool(session.locked & face_class.bit) if face_class.bit else session.background_locked)
            action.triggered.connect(lambda _=False, one=face_class: self._toggle(one))

    def _toggle(self, face_class: FaceClass) -> None:
        if face_class.bit:
            self.session.locked ^= face_class.bit
        else:
            self.session.background_locked = not self.session.background_locked

    def _unlock(self) -> None:
        self.session.locked = 0
        self.session.background_locked = False

    def _lock_others(self) -> None:
        self.session.locked = ALL_BITS & ~CLASSES[self.session.face_class].bit


def described(face_class: FaceClass) -> str:
    """A class in a menu: its title, and its name in files where that says more."""
    return f"{face_class.title}  ({face_class.name})" if face_class in LAYER_CLASSES else face_class.title


def swatch(session: Session, face_class: FaceClass) -> QIcon:
    """A square in the class's colour."""
    picture = QPixmap(12, 12)
    picture.fill("#{:02x}{:02x}{:02x}".format(*session.colour_of(face_class)))
    return QIcon(picture)
