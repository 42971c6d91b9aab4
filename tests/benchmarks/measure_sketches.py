"""How well line maps meet the real sketches, beside Canny: F at 3 and 5 pixels, centre lines, mean ± s.d.

``python tests/benchmarks/measure_sketches.py [FOLDER]``: on the pairs in ``FOLDER/photo`` and ``FOLDER/sketch`` (by
default the licensed pairs 2 … 40 beside the checkout; without them nothing is measured). Everything was fitted on the
even numbers; the odd ones were held out. Canny's settings are the best of twenty on the even numbers.

The prototype these line maps grew from is not part of this program; its row is what it had with the same measure.

Masks guide the line map where the released samples beside the pairs have them: these few are measured with and without.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np

from app.faces.sample import SampleId
from app.generation.sketch.linemap import PRESETS, draw_line_map, face_gain
from app.generation.sketch.photocopy import photocopy
from app.generation.sketch.thinning import thinned
from app.inspection.sketch_agreement import sketch_agreement
from app.workbench.open import open_document

SIDE = 512
NEAR_PX = (3, 5)
CANNY_SIGMA, CANNY_LOW, CANNY_HIGH = 2.5, 20, 50
PROTOTYPE = (".746 ± .038", ".847 ± .037", ".756 ± .045", ".853 ± .039")


def pair(folder: Path, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The photo (512, 512, 3) in R, G, B and the centre lines of its sketch (0/1)."""
    photo, sketch = raw_pair(folder, number)
    size = (SIDE, SIDE)
    return cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC), centre_lines(
        cv2.resize(sketch, size, interpolation=cv2.INTER_CUBIC)
    )


def raw_pair(folder: Path, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The photo in R, G, B and the grey sketch, as they are stored. ``folder`` has ``sketch-pairs`` in it."""
    photo = cv2.imread(str(folder / "sketch-pairs" / "photo" / f"{number}.jpg"))
    sketch = cv2.imread(str(folder / "sketch-pairs" / "sketch" / f"{number}.jpg"), cv2.IMREAD_GRAYSCALE)
    return cv2.cvtColor(photo, cv2.COLOR_BGR2RGB), sketch


def centre_lines(sketch: np.ndarray) -> np.ndarray:
    """The dark lines, one pixel wide."""
    return thinned((sketch < 128).astype(np.uint8))


def canny(photo: np.ndarray) -> np.ndarray:
    """Canny's edges (0/1)."""
    grey = cv2.GaussianBlur(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), (0, 0), CANNY_SIGMA)
    return (cv2.Canny(grey, CANNY_LOW, CANNY_HIGH) > 0).astype(np.uint8)


def f_measure(found: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """The harmonic mean of precision and recall at both tolerances."""
    to_truth = cv2.distanceTransform(1 - truth, cv2.DIST_L2, 5)[found > 0]
    to_found = cv2.distanceTransform(1 - found, cv2.DIST_L2, 5)[truth > 0]
    if not len(to_truth) or not len(to_found):
        return 0.0, 0.0
    scores = []
    for near in NEAR_PX:
        precision, recall = float((to_truth <= near).mean()), float((to_found <= near).mean())
        scores.append(2 * precision * recall / max(precision + recall, 1e-9))
    return scores[0], scores[1]


def area_under_curve(right: np.ndarray, wrong: np.ndarray) -> float:
    """How often a right one scores above a wrong one."""
    return float((right[:, None] > wrong).mean() + 0.5 * (right[:, None] == wrong).mean())


def look(sketch: np.ndarray) -> tuple[float, ...]:
    """Ink in percent, length of the centre lines, median width of the strokes, pieces, and free ends, at 512 pixels."""
    dark = (cv2.resize(sketch, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) < 128).astype(np.uint8)
    lines = thinned(dark)
    width = 2 * float(np.median(cv2.distanceTransform(dark, cv2.DIST_L2, 5)[lines > 0]))
    near = cv2.filter2D(lines, cv2.CV_8U, np.ones((3, 3), np.float32))
    ends = int(((near == 2) & (lines > 0)).sum())
    return 100 * float(dark.mean()), float(lines.sum()), width, cv2.connectedComponents(dark)[0] - 1.0, float(ends)


def in_cells(scores: dict[int, tuple[float, float]]) -> list[str]:
    """Mean ± s.d. of both F on the even numbers, then on the odd ones."""
    cells = []
    for rest in (0, 1):
        part = np.array([score for number, score in scores.items() if number % 2 == rest])
        cells += [f"{part[:, k].mean():.3f} ± {part[:, k].std():.3f}" for k in (0, 1)]
    return cells


def print_f(pairs: dict[int, tuple[np.ndarray, np.ndarray]]) -> None:
    """F of every method, the prototype's from its notes."""
    methods: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        f"line map, {preset.name}": lambda photo, o=preset.options: centre_lines(draw_line_map(photo, o))
        for preset in PRESETS
        if not preset.options.emphasis
    }
    methods[f"Canny σ {CANNY_SIGMA} {CANNY_LOW}/{CANNY_HIGH}"] = canny
    methods["photocopy"] = lambda photo: centre_lines(photocopy(photo))
    print(f"{'':26} {'fitted on (even)':>32} {'held out (odd)':>32}\n{'':26}" + f"{'F3':>16}{'F5':>16}" * 2)
    for name, method in methods.items():
        cells = in_cells({number: f_measure(method(photo), truth) for number, (photo, truth) in pairs.items()})
        print(f"{name:26}" + "".join(f"{cell:>16}" for cell in cells))
    print(f"{'prototype':26}" + "".join(f"{cell:>16}" for cell in PROTOTYPE))


def print_guided(folder: Path, pairs: dict[int, tuple[np.ndarray, np.ndarray]]) -> None:
    """With and without the mask, on the pairs whose masks are there."""
    released = folder / "Multi-Modal-CelebA-HQ"
    if not released.is_dir():
        return
    with closing(open_document(released)) as document:
        read = {
            number: document.store.read_mask(SampleId(str(number))).value
            for number in pairs
            if SampleId(str(number)) in document.store
        }
    masks = {number: mask for number, mask in read.items() if mask is not None}
    preset = next(preset for preset in PRESETS if preset.options.emphasis)
    for name, guided in ((f"{PRESETS[0].name}, these", False), (preset.name, True)):
        options = preset.options if guided else PRESETS[0].options
        scores = {}
        for number, mask in masks.items():
            photo, truth = pairs[number]
            gain = face_gain(mask, options.emphasis) if guided else None
            scores[number] = f_measure(centre_lines(draw_line_map(photo, options, gain=gain)), truth)
        print(f"{'line map, ' + name:26}" + "".join(f"{cell:>16}" for cell in in_cells(scores)))
    print(f"{'':26} ({', '.join(map(str, masks))}: these have masks)")


def print_look(folder: Path, numbers: list[int]) -> None:
    """How the drawings look beside the real ones, on the held out pairs."""
    real, drawn = [], []
    for number in numbers:
        if number % 2:
            photo, sketch = raw_pair(folder, number)
            real.append(look(sketch))
            drawn.append(look(draw_line_map(photo, size=sketch.shape[0])))
    print(
        f"\n{'look, held out':26}" + "".join(f"{word:>16}" for word in ("ink %", "length", "width", "pieces", "ends"))
    )
    for name, rows in (("real", np.array(real)), ("line map, released", np.array(drawn))):
        cells = [f"{mean:.1f} ± {spread:.1f}" for mean, spread in zip(rows.mean(0), rows.std(0), strict=True)]
        print(f"{name:26}" + "".join(f"{cell:>16}" for cell in cells))


def main(folder: Path) -> None:
    """Print the tables."""
    if not (folder / "sketch-pairs" / "photo").is_dir():
        print(f"nothing measured: the licensed pairs are not in {folder / 'sketch-pairs'}")
        return
    numbers = sorted(int(path.stem) for path in (folder / "sketch-pairs" / "photo").glob("*.jpg"))
    pairs = {number: pair(folder, number) for number in numbers}
    print_f(pairs)
    print_guided(folder, pairs)
    print_look(folder, numbers)
    raw = {number: raw_pair(folder, number) for number in numbers}
    right = np.array([sketch_agreement(*raw[number]).score for number in numbers])
    wrong = np.array(
        [
            sketch_agreement(raw[a][0], raw[b][1]).score
            for at, a in enumerate(numbers)
            for b in (*numbers[at + 1 : at + 4], *numbers[: max(0, at + 4 - len(numbers))])
        ]
    )
    print(
        f"\nagreement: area under the curve {area_under_curve(right, wrong):.4f};"
        f" {len(right)} right pairs {right.min():.3f} … {right.max():.3f},"
        f" {len(wrong)} wrong ones {wrong.min():.3f} … {wrong.max():.3f}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[3] / "shared" / "data")
