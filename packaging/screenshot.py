"""Take the README's picture: the real window with a face of the demo dataset, 1600 pixels wide.

``DISPLAY=… .venv/bin/python packaging/screenshot.py [SAMPLE]``; under Xvfb or on a desktop, with nothing in front.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QBuffer
from PySide6.QtTest import QTest

from app.settings import Settings
from app.ui.app import make_application, make_window
from app.ui.window_state import WindowState
from app.workbench.demo import make_demo

OUTPUT = Path(__file__).resolve().parent / "screenshot.png"
SIZE = (1600, 1000)
STEP = 6
"""Channels are rounded to multiples of it: half the bytes, and no eye sees it. A palette would change class colours."""


def main() -> int:
    """Write ``packaging/screenshot.png``."""
    sample = sys.argv[1] if len(sys.argv) > 1 else "0"
    with tempfile.TemporaryDirectory() as home:
        demo = Path(home) / "faces"
        make_demo(demo)
        application = make_application()
        window = make_window(application, Settings(autosave="manual", theme="light"), Path(home) / "settings.json")
        window.state = WindowState(Path(home) / "window.ini")
        window.resize(*SIZE)
        window.open_when_ready(demo, sample)
        window.show()
        end = time.monotonic() + 60
        while window.workspace is None or window.workspace.area.photo.view is None:
            if time.monotonic() > end:
                raise TimeoutError("the window did not show the sample")
            QTest.qWait(50)
        window.workspace.session.overlay_style = "both"
        window.workspace.session.opacity = 0.4
        window.actions_["class.select.13"].trigger()
        QTest.qWait(1000)
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        window.grab().save(buffer, "PNG")
        window.close()
        window.faults.uninstall()
    pixels = np.asarray(Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGB"), np.uint16)
    rounded = np.minimum((pixels + STEP // 2) // STEP * STEP, 255).astype(np.uint8)
    picture = Image.fromarray(rounded)
    picture.save(OUTPUT, optimize=True)
    print(f"{OUTPUT.name}: {picture.width}×{picture.height}, {OUTPUT.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
