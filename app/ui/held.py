"""Values that tell when they change: what the session is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar, overload

if TYPE_CHECKING:
    from app.ui.session import Session

T = TypeVar("T")
_WITHOUT_ARGUMENT = {"view_changed", "comparison_changed", "aids_changed", "rules_changed"}


class Held(Generic[T]):
    """One value of the session: setting it to something else emits its signals, in order.

    A signal that takes an argument gets the new value.
    """

    def __init__(self, default: T, *signals: str, fit: Callable[[T], T] | None = None) -> None:
        self._default = default
        self._signals = signals
        self._fit = fit

    def __set_name__(self, owner: type[Session], name: str) -> None:
        self._name = f"_{name}"

    @overload
    def __get__(self, session: None, owner: type[Session]) -> Held[T]: ...
    @overload
    def __get__(self, session: Session, owner: type[Session]) -> T: ...
    def __get__(self, session: Session | None, owner: type[Session]) -> T | Held[T]:
        return self if session is None else session.__dict__.get(self._name, self._default)

    def __set__(self, session: Session, value: T) -> None:
        value = self._fit(value) if self._fit else value
        if value == self.__get__(session, type(session)):
            return
        session.__dict__[self._name] = value
        if "view_changed" in self._signals:
            session.forget_styles()
        for signal in self._signals:
            bound = getattr(session, signal)
            if signal in _WITHOUT_ARGUMENT:
                bound.emit()
            else:
                bound.emit(value)
