"""The clean-up panel: an operator, the classes it is for, its parameters, and on the canvas what it would do."""
