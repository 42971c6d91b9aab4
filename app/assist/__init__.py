"""A model's or an algorithm's help while a mask is drawn: arrays in, a proposal out. Nothing here writes a mask.

Everything runs outside the main thread (OpenCV lets go of the interpreter lock), gets copies and returns values; what a
proposal may change is decided by the gate when the user accepts it.
"""
