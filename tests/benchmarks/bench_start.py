"""Start to the first painted start page against the smallest PySide6 program that paints a widget.

Both are whole processes that end at their first paint. The page's figures for the way it is started by hand
(``facewright``, command line included) stand beside it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from timing import interleave, print_table  # noqa: E402

MINIMAL = """
import os
from PySide6.QtWidgets import QApplication, QWidget
from PySide6.QtCore import QTimer
class Page(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, lambda: os._exit(0))
application = QApplication([])
page = Page()
page.resize(1280, 800)
page.show()
application.exec()
"""
END_AT_FIRST_PAINT = """
import os
from app.ui import app as ui
make_window = ui.make_window
def ending(*arguments):
    window = make_window(*arguments)
    window.start_page.painted.disconnect()
    window.start_page.painted.connect(lambda: os._exit(0))
    return window
ui.make_window = ending
"""
PAGE = f"{END_AT_FIRST_PAINT}\nui.run(None)"
COMMAND = f"{END_AT_FIRST_PAINT}\nfrom app.__main__ import main\nmain([])"


def started(code: str, home: str) -> None:
    """Run a program to its first paint."""
    variables = {f"XDG_{name}_HOME": home for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **variables}
    # As installed: compiled once, by the warming rounds, and never beside the sources.
    environment["PYTHONPYCACHEPREFIX"] = str(Path(home) / "compiled")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    # No timeout: waiting with one polls every 50 ms, which is half of what is measured.
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, env=environment, check=True)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as home:
        taken = interleave(
            {
                "minimal QWidget": lambda: started(MINIMAL, home),
                "start page": lambda: started(PAGE, home),
                "facewright": lambda: started(COMMAND, home),
            },
            rounds=15,
            warm=2,
        )
    print_table("start to the first paint", taken, "minimal QWidget", {"start page": 1.6, "facewright": 1.6})


if __name__ == "__main__":
    main()
