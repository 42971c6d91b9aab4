"""The editor of keys: find an action by its name or by a key, give it keys, settle whose a key is.

Every change counts at once. A key that another action has is given away only when the user says so. What mouse and
tools take for themselves cannot be given to an action, and the editor says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.faces.errors import FaceDataError
from app.ui import messages
from app.ui.action_set import ActionSet, translated
from app.ui.actions import ROW_BY_ID, TABLE, Row
from app.ui.field import Field
from app.ui.keys.keymap import RESERVED, Keymap, import_keymap, save_keymap
from app.ui.keys.presets import PRESETS
from app.ui.keys.pressed import native, texts_of
from app.ui.menu_titles import CONTEXT
from app.ui.messages import Label

_NAME, _MENU, _KEYS = range(3)


class KeyField(Field):
    """Shows what is pressed in it instead of what that would type; Tab and Esc keep their meaning."""

    pressed = Signal(object)
    """The portable texts that the press may have in the table, the likeliest first."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        texts = texts_of(event)
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        elif texts:
            self.pressed.emit(texts)

    def contextMenuEvent(self, event: QEvent) -> None:
        event.ignore()


class KeyEditor(QDialog):
    """``keyEditor``. Shows the keys in force of the actions it was made for."""

    def __init__(self, parent: QWidget, actions: ActionSet) -> None:
        super().__init__(parent)
        self.setObjectName("keyEditor")
        self.setWindowTitle(self.tr("Change keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        self._contested: tuple[str, str] | None = None
        """The action that wants a key, and the key that another one has."""
        self._build()
        self._connect()
        self._show_keys()
        self.table.selectRow(0)
        self.by_name.setFocus()
        self.resize(820, 640)

    def _build(self) -> None:
        self.preset = QComboBox()
        self.preset.setObjectName("keyPreset")
        self.preset.setAccessibleName(self.tr("Keys as in"))
        for preset in PRESETS:
            self.preset.addItem(preset.title, preset.name)
        self.by_name = Field()
        self.by_name.setObjectName("keyEditorFilter")
        self.by_name.setPlaceholderText(self.tr("Find by name"))
        self.by_name.setAccessibleName(self.tr("Find by name"))
        self.by_name.setClearButtonEnabled(True)
        self.by_key = KeyField()
        self.by_key.setObjectName("keyEditorFind")
        self.by_key.setPlaceholderText(self.tr("Find by key: press it here"))
        self.by_key.setAccessibleName(self.tr("Find by key: press it here"))
        self.by_key.setClearButtonEnabled(True)
        self.table = QTableWidget(len(TABLE), 3)
        self.table.setObjectName("keyEditorTable")
        self.table.setAccessibleName(self.tr("Actions and their keys"))
        self.table.setHorizontalHeaderLabels([self.tr("What it does"), self.tr("Menu"), self.tr("Keys")])
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self._lines = [self._line(at, row) for at, row in enumerate(TABLE)]
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.what = Label(name="keyEditorAction")
        bold = QFont(self.font())
        bold.setBold(True)
        self.what.setFont(bold)
        self.chips = QHBoxLayout()
        self.chips.setSpacing(4)
        self.new_key = KeyField()
        self.new_key.setObjectName("newKey")
        self.new_key.setPlaceholderText(self.tr("New key: press it here"))
        self.new_key.setAccessibleName(self.tr("New key: press it here"))
        self.new_key.setMinimumWidth(190)
        self.restore = self._button("restoreKeys", self.tr("Restore"))
        self.told = Label(name="keyEditorMessage")
        self.told.setWordWrap(True)
        self.take = self._button("takeKey", self.tr("Take it"))
        self.leave = self._button("leaveKey", self.tr("Leave it"))
        self.restore_all = self._button("restoreAllKeys", self.tr("Restore all"))
        self.import_button = self._button("importKeys", self.tr("Import…"))
        self.export_button = self._button("exportKeys", self.tr("Export…"))
        self.close_button = self._button("closeKeyEditor", self.tr("Close"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(_row(Label(self.tr("Keys as in")), self.preset, None, self.import_button, self.export_button))
        column.addLayout(_row(self.by_name, self.by_key))
        column.addWidget(self.table, 1)
        chosen = _row(self.what)
        chosen.addLayout(self.chips)
        for part in (self.new_key, self.restore):
            chosen.addWidget(part)
        chosen.insertStretch(1)
        column.addLayout(chosen)
        told = _row(self.told, self.take, self.leave)
        told.setStretch(0, 1)
        column.addLayout(told)
        column.addLayout(_row(self.restore_all, None, self.close_button))

    def _line(self, at: int, row: Row) -> tuple[QTableWidgetItem, ...]:
        menu = QCoreApplication.translate(CONTEXT, row.menu.replace("/", " ▸ "))
        line = tuple(QTableWidgetItem(text) for text in (translated(row), menu, ""))
        for column, item in enumerate(line):
            self.table.setItem(at, column, item)
        return line

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        # Enter in a field must press none of them.
        button.setAutoDefault(False)
        return button

    def _connect(self) -> None:
        self.preset.activated.connect(lambda: self._choose_preset(self.preset.currentData()))
        self.by_name.textChanged.connect(self._narrow)
        self.by_key.pressed.connect(self._find)
        self.by_key.textChanged.connect(self._narrow)
        self.table.itemSelectionChanged.connect(self._show_action)
        self.table.itemActivated.connect(lambda _: self.new_key.setFocus())
        self.new_key.pressed.connect(self._wish)
        self.restore.clicked.connect(self._restore)
        self.take.clicked.connect(self._take)
        self.leave.clicked.connect(lambda: self._tell(""))
        self.restore_all.clicked.connect(self._restore_all)
        self.import_button.clicked.connect(self._import)
        self.export_button.clicked.connect(self._export)
        self.close_button.clicked.connect(self.accept)
        self._actions.keys_changed.connect(self._show_keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Only the button in focus is meant, and no key pressed in a field reaches another.
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            return
        super().keyPressEvent(event)

    @property
    def action_id(self) -> str | None:
        """The action whose keys are edited."""
        rows = self.table.selectionModel().selectedRows()
        return TABLE[rows[0].row()].id if rows else None

    def select(self, action_id: str) -> None:
        """Edit this action's keys."""
        self.table.selectRow(next(at for at, row in enumerate(TABLE) if row.id == action_id))

    # Finding

    def _find(self, texts: Sequence[str]) -> None:
        owned = [text for text in texts if self._actions.with_key(text)]
        self.by_key.setText(native((owned or list(texts))[0]))
        if owned:
            self.select(self._actions.with_key(owned[0]) or "")
        elif texts[0] in RESERVED:
            self._tell(messages.sentence(RESERVED[texts[0]]))
        else:
            self._tell(self.tr("{key} does nothing yet.").format(key=native(texts[0])))

    def _narrow(self) -> None:
        words, key = self.by_name.text().casefold().split(), self.by_key.text()
        keys = self._actions.keymap.keys()
        found = []
        for at, row in enumerate(TABLE):
            line = " ".join(item.text() for item in self._lines[at]).casefold()
            has_key = not key or key in map(native, keys[row.id])
            is_found = has_key and all(word in line for word in words)
            self.table.setRowHidden(at, not is_found)
            if is_found:
                found.append(row.id)
        if found and self.action_id not in found:
            self.select(found[0])

    # Changing

    def _use(self, keymap: Keymap, told: str = "") -> None:
        try:
            self._actions.use_keys(keymap)
        except OSError as error:
            text = self.tr("The keys could not be kept ({reason}); they hold until you quit.")
            told = text.format(reason=error.strerror or error)
        self._tell(told)

    def _wish(self, texts: Sequence[str]) -> None:
        """The action shall have this key; where another has it, the user is asked."""
        wanted = self.action_id
        if wanted is None:
            return
        key = next((text for text in texts if self._actions.with_key(text)), texts[0])
        owner = self._actions.with_key(key)
        if key in RESERVED:
            self._tell(messages.sentence(RESERVED[key]))
        elif owner is None:
            self._use(self._actions.keymap.with_keys(wanted, (*self._keys_of(wanted), key)))
        elif owner != wanted:
            self._contest(wanted, key, owner)

    def _contest(self, wanted: str, key: str, owner: str) -> None:
        other = translated(ROW_BY_ID[owner])
        self._tell(self.tr("{key} is “{other}” now.").format(key=native(key), other=other))
        self._contested = wanted, key
        self.take.setText(self.tr("Take it from “{other}”").format(other=other))
        self.take.show()
        self.leave.show()
        self.take.setFocus()

    def _take(self) -> None:
        if self._contested is not None:
            wanted, key = self._contested
            other = translated(ROW_BY_ID[self._actions.with_key(key) or wanted])
            told = self.tr("“{other}” lost {key}.").format(other=other, key=native(key))
            self._use(self._actions.keymap.with_keys(wanted, (*self._keys_of(wanted), key)), told)
            self.new_key.setFocus()

    def _drop(self, action_id: str, key: str) -> None:
        left = [other for other in self._keys_of(action_id) if other != key]
        self._use(self._actions.keymap.with_keys(action_id, left))

    def _restore(self) -> None:
        if (action_id := self.action_id) is None:
            return
        keymap = self._actions.keymap.restored(action_id)
        self._use(keymap)
        lost = keymap.lost(action_id)
        if lost:
            key, owner = next(iter(lost.items()))
            self._contest(action_id, key, owner)

    def _restore_all(self) -> None:
        if not self._actions.keymap.changed:
            return
        restore, keep = self.tr("Restore all"), self.tr("Keep them")
        text = self.tr("All keys that you changed go back to the preset {preset}.").format(
            preset=self.preset.currentText()
        )
        if messages.ask(self, self.tr("Restore all keys"), text, [restore, keep], escape=keep) == restore:
            self._use(Keymap(self._actions.keymap.preset), self.tr("All keys are the preset's."))

    def _choose_preset(self, name: str) -> None:
        self._use(replace(self._actions.keymap, preset=name).slimmed())

    def _import(self) -> None:
        file = messages.choose_file(self, self.tr("Take over keys from a file"))
        if file is None:
            return
        try:
            keymap, unknown = import_keymap(file)
        except FaceDataError as error:
            self._tell(messages.sentence(str(error)))
        except OSError as error:
            text = self.tr("{file} cannot be read: {reason}.")
            self._tell(text.format(file=file.name, reason=error.strerror or error))
        else:
            told = self.tr("The keys of {file} are in force.").format(file=file.name)
            if unknown:
                text = self.tr("This version does not have: {actions}.")
                told += " " + text.format(actions=", ".join(unknown[:5]))
            self._use(keymap, told)

    def _export(self) -> None:
        file = messages.choose_new_file(self, self.tr("Write the keys to a file"), "facewright-keys.json")
        if file is None:
            return
        try:
            save_keymap(file, self._actions.keymap)
        except OSError as error:
            text = self.tr("{file} cannot be written: {reason}.")
            self._tell(text.format(file=file.name, reason=error.strerror or error))
        else:
            self._tell(self.tr("Written: {file}.").format(file=file.name))

    # Showing

    def _keys_of(self, action_id: str) -> tuple[str, ...]:
        return self._actions.keymap.keys()[action_id]

    def _tell(self, text: str) -> None:
        self._contested = None
        self.told.setText(text)
        self.take.hide()
        self.leave.hide()

    def _show_keys(self) -> None:
        keymap = self._actions.keymap
        keys, presets = keymap.keys(), Keymap(keymap.preset).keys()
        self.preset.setCurrentIndex(self.preset.findData(keymap.preset))
        joint = QCoreApplication.translate(CONTEXT, " or ")
        for at, row in enumerate(TABLE):
            item = self._lines[at][_KEYS]
            item.setText(joint.join(native(key) for key in keys[row.id]))
            font = item.font()
            font.setBold(keys[row.id] != presets[row.id])
            item.setFont(font)
        self.restore_all.setEnabled(bool(keymap.changed))
        self._narrow()
        self._show_action()

    def _show_action(self) -> None:
        self._tell("")
        while (part := self.chips.takeAt(0)) is not None:
            if (chip := part.widget()) is not None:
                chip.hide()
                chip.deleteLater()
        action_id = self.action_id
        self.new_key.setEnabled(action_id is not None)
        self.restore.setEnabled(action_id is not None and self._actions.keymap.is_changed(action_id))
        if action_id is None:
            self.what.clear()
            return
        self.what.setText(translated(ROW_BY_ID[action_id]))
        before: QWidget = self.table
        for key in self._keys_of(action_id):
            chip = self._button("keyChip", f"{native(key)}  ✕")
            text = self.tr("Take the key {key} away").format(key=native(key))
            chip.setAccessibleName(text)
            chip.setToolTip(messages.tooltip(text))
            chip.clicked.connect(partial(self._drop, action_id, key))
            self.chips.addWidget(chip)
            chip.show()
            self.setTabOrder(before, chip)
            before = chip
        self.setTabOrder(before, self.new_key)


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """A row of widgets; None is room that grows."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part)
    return row
