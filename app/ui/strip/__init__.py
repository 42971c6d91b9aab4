"""The strip under the menus: where one is, what the tool in hand offers, and in one sentence what it may change."""
