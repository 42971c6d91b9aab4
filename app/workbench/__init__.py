"""The jobs users name: open, make the demo, recover, restore, verify, render. Joins the rooms below."""
