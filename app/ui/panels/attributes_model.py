"""The attributes of the sample on screen as a list: what is answered, and what speaks for and against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.faces.attributes import ATTRIBUTE_GROUPS, attribute_title
from app.inspection.testimony import Evidence, Strength
from app.ui.messages import tooltip

if TYPE_CHECKING:
    from app.faces.attributes import Attributes

_Index = QModelIndex | QPersistentModelIndex
ANSWERS: tuple[bool | None, ...] = (True, False, None)


class AttributesModel(QAbstractListModel):
    """Group titles and attributes in one list, narrowed by what was typed. Values come from the document."""

    def __init__(self) -> None:
        super().__init__()
        self._values: Attributes | None = None
        self._evidence: Mapping[str, tuple[Evidence, ...]] = {}
        self._typed = ""
        self._rows: list[tuple[str, str | None]] = []

    def show_values(self, values: Attributes | None) -> None:
        """These are the answers now."""
        known = self._values.names if self._values is not None else None
        self._values = values
        if (values.names if values is not None else None) != known:
            self._arrange()
        elif self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def narrow(self, typed: str) -> None:
        """List only attributes whose words hold what was typed; ``yes``, ``no`` and ``unknown`` ask for answers."""
        self._typed = typed.casefold().strip()
        self._arrange()

    def show_evidence(self, evidence: Mapping[str, tuple[Evidence, ...]]) -> None:
        """This speaks for the attributes being so or not."""
        if evidence != self._evidence:
            self._evidence = evidence
            self.layoutChanged.emit()

    def evidence_at(self, row: int) -> tuple[Evidence, ...]:
        """What is known of the attribute in a row; what contradicts the answer comes first."""
        name = self.name_at(row)
        found = self._evidence.get(name, ()) if name is not None else ()
        return tuple(sorted(found, key=lambda evidence: not self.contradicts(row, evidence)))

    def is_contradicted(self, row: int) -> bool:
        """Whether evidence that does not easily deceive speaks against the answer."""
        return any(self.contradicts(row, evidence) for evidence in self.evidence_at(row))

    def evidence_text(self, row: int) -> str:
        """All of it in a line, empty where there is none."""
        return " · ".join(evidence.text for evidence in self.evidence_at(row))

    def contradicts(self, row: int, evidence: Evidence) -> bool:
        """Whether this speaks against the answer in the row, and does not easily deceive."""
        given = self.value_at(row)
        return given is not None and evidence.value is not given and evidence.strength is not Strength.WEAK

    def name_at(self, row: int) -> str | None:
        """The attribute in a row, None for a group's title."""
        return self._rows[row][1] if 0 <= row < len(self._rows) else None

    def value_at(self, row: int) -> bool | None:
        """The answer in a row."""
        name = self.name_at(row)
        return self._values[name] if name is not None and self._values is not None else None

    def is_answered(self, row: int) -> bool:
        """Whether one of the three answers is given; unknown is one."""
        return self.name_at(row) is not None

    def row_of(self, name: str) -> int | None:
        """Where an attribute is listed now, or None."""
        return next((row for row, (_group, listed) in enumerate(self._rows) if listed == name), None)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if self.name_at(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        group, name = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return group if name is None else attribute_title(name)
        if role == Qt.ItemDataRole.AccessibleTextRole and name is not None:
            said = self.evidence_text(index.row())
            answer = f"{attribute_title(name)}: {self.answer_text(self.value_at(index.row()))}"
            return f"{answer}; {said}" if said else answer
        if role == Qt.ItemDataRole.ToolTipRole and name is not None:
            return tooltip("\n".join(self._told(index.row(), name)))
        return None

    def _told(self, row: int, name: str) -> list[str]:
        """The answer, and every piece of evidence with what it speaks for."""
        lines = [f"{name}: {self.answer_text(self.value_at(row))}"]
        for evidence in self.evidence_at(row):
            text = self.tr("{answer}: {evidence}")
            if self.contradicts(row, evidence):
                text = self.tr("{answer}, against the attribute: {evidence}")
            elif evidence.strength is Strength.WEAK:
                text = self.tr("{answer}, perhaps: {evidence}")
            told = f"{evidence.text} ({evidence.detail})" if evidence.detail else evidence.text
            lines.append(text.format(answer=self.answer_text(evidence.value), evidence=told))
        return lines

    def answer_text(self, value: bool | None) -> str:
        """An answer in words."""
        return self.tr("unknown") if value is None else self.tr("yes") if value else self.tr("no")

    def _arrange(self) -> None:
        self.beginResetModel()
        self._rows = []
        names = self._values.names if self._values is not None else ()
        grouped = {name for group in ATTRIBUTE_GROUPS.values() for name in group}
        groups = dict(ATTRIBUTE_GROUPS) | {"Other": tuple(name for name in names if name not in grouped)}
        for group, members in groups.items():
            listed = [name for name in members if name in names and self._is_wanted(name)]
            if listed:
                self._rows.append((self.tr(group), None))
                self._rows += [(group, name) for name in listed]
        self.endResetModel()

    def _is_wanted(self, name: str) -> bool:
        assert self._values is not None
        if self._typed in map(self.answer_text, ANSWERS):
            return self._typed == self.answer_text(self._values[name])
        return self._typed in attribute_title(name).casefold() or self._typed in name.casefold()
