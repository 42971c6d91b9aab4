"""Facewright: a workbench for multi-modal face datasets.

One sample is a photo with its 19-class mask, its sketch, its ten captions and its forty attributes.
``from app import open_dataset`` gives the same verbs as the window and the command line, without Qt.
"""

__version__ = "0.1.0"
