"""Which key does what: the presets, what the user made of them, the sheet that shows it and the editor."""
