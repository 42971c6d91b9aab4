"""What captions have to say in banners: a grammar that cannot be used, a check that does not work, a line break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.ui import messages

if TYPE_CHECKING:
    from app.ui.captions.desk import CaptionDesk
    from app.ui.captions.panel import CaptionsPanel
    from app.ui.messages import Banners


class CaptionNotices(QObject):
    """Follows the panel and its desk; lives as long as the desk."""

    def __init__(self, banners: Banners, panel: CaptionsPanel, desk: CaptionDesk) -> None:
        super().__init__(desk)
        self._banners = banners
        self._panel = panel
        self._own_grammar = desk.own_grammar
        self._own_grammar.chosen.connect(lambda _: banners.solve("captions.grammar"))
        self._own_grammar.failed.connect(self._on_grammar_failed)
        desk.checks.failed.connect(self._on_check_failed)
        panel.newline_refused.connect(self._on_newline_refused)

    def _on_grammar_failed(self, reason: str) -> None:
        text = self.tr("Captions are read with the shipped grammars, for your own one cannot be used: {reason}")
        self._banners.show_message(
            "captions.grammar",
            text.format(reason=messages.sentence(reason)),
            kind="warning",
            choices=[messages.Choice(self.tr("Forget it"), lambda: self._own_grammar.use(None))],
        )

    def _on_check_failed(self, name: str, why: str) -> None:
        text = self.tr("The check {name} of a package does not work. {reason}")
        text = text.format(name=name, reason=messages.sentence(why))
        self._banners.show_message(f"captions.check.{name}", text, kind="warning")

    def _on_newline_refused(self) -> None:
        text = self.tr("A caption is one line: a line break would make one caption into two. Enter goes to the next.")
        count = self._panel.pasteable
        paste = self.tr("Paste as {count} captions").format(count=count)
        choices = [messages.Choice(paste, self._panel.paste_lines)] if count > 1 else []
        self._banners.show_message("dataset.edit", text, choices=choices)
