"""The nineteen classes of a face mask, and the id tables ("schemes") that name them differently.

Ids, order and colours are those of ``switchablenorms/CelebAMask-HQ`` (``face_parsing/Data_preprocessing/g_mask.py``
and ``g_color.py``). ``l_`` and ``r_`` are the *subject's* own sides: ``l_eye`` lies on the right half of the picture.
Four short names mislead: ``ear_r`` is an earring, ``neck_l`` a necklace, ``l_lip`` the lower lip, ``mouth`` the area
between the lips. Background has no file and no bit: it is where no class is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

RGB = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class FaceClass:
    """One class. ``id`` 0…18 is the official id; ``name`` the file suffix; colours are 8-bit (R, G, B)."""

    id: int
    name: str
    title: str
    mirror: str | None
    colour: RGB
    safe_colour: RGB

    @property
    def bit(self) -> int:
        """The class's bit in ``MaskLayers.bits`` (``1 << (id - 1)``); 0 for background, which has none."""
        return 1 << (self.id - 1) if self.id else 0

    @property
    def partner(self) -> FaceClass | None:
        """The same part on the other side of the face, if the class is one of a pair."""
        return CLASS_BY_NAME[self.mirror] if self.mirror else None


# The colour-blind-safe colours start from Okabe & Ito's eight and were spread by local search so that no two come
# closer than ΔE 18 (CIE 1976) for normal eyes or under protanopia, deuteranopia and tritanopia.
CLASSES: tuple[FaceClass, ...] = (
    FaceClass(0, "background", "Background", None, (0, 0, 0), (0, 0, 0)),
    FaceClass(1, "skin", "Skin", None, (204, 0, 0), (252, 153, 8)),
    FaceClass(2, "nose", "Nose", None, (76, 153, 0), (25, 60, 206)),
    FaceClass(3, "eye_g", "Eyeglasses", None, (204, 204, 0), (0, 0, 18)),
    FaceClass(4, "l_eye", "Left eye", "r_eye", (51, 51, 255), (72, 175, 255)),
    FaceClass(5, "r_eye", "Right eye", "l_eye", (204, 0, 204), (137, 230, 255)),
    FaceClass(6, "l_brow", "Left eyebrow", "r_brow", (0, 255, 255), (71, 19, 0)),
    FaceClass(7, "r_brow", "Right eyebrow", "l_brow", (255, 204, 204), (193, 80, 66)),
    FaceClass(8, "l_ear", "Left ear", "r_ear", (102, 51, 0), (49, 156, 103)),
    FaceClass(9, "r_ear", "Right ear", "l_ear", (255, 0, 0), (182, 161, 167)),
    FaceClass(10, "mouth", "Inner mouth", None, (102, 204, 0), (204, 255, 241)),
    FaceClass(11, "u_lip", "Upper lip", None, (255, 255, 0), (172, 70, 189)),
    FaceClass(12, "l_lip", "Lower lip", None, (0, 0, 153), (120, 0, 79)),
    FaceClass(13, "hair", "Hair", None, (0, 0, 204), (26, 31, 110)),
    FaceClass(14, "hat", "Hat", None, (255, 51, 153), (236, 81, 0)),
    FaceClass(15, "ear_r", "Earring", None, (0, 204, 204), (203, 224, 128)),
    FaceClass(16, "neck_l", "Necklace", None, (0, 51, 0), (81, 75, 0)),
    FaceClass(17, "neck", "Neck", None, (255, 153, 51), (255, 219, 13)),
    FaceClass(18, "cloth", "Clothing", None, (0, 204, 0), (98, 101, 141)),
)
LAYER_CLASSES: tuple[FaceClass, ...] = CLASSES[1:]
CLASS_BY_NAME: Mapping[str, FaceClass] = MappingProxyType({c.name: c for c in CLASSES})
ALL_BITS = (1 << len(LAYER_CLASSES)) - 1

PaintOrder = tuple[int, ...]
"""Class ids 1…18 from the bottom to the top: later ones are painted over earlier ones."""
OFFICIAL_PAINT_ORDER: PaintOrder = tuple(range(1, 19))


def bits_of(*names: str) -> int:
    """The bit set of the classes named; background contributes nothing. Raises KeyError for an unknown name."""
    bits = 0
    for name in names:
        bits |= CLASS_BY_NAME[name].bit
    return bits


def names_of(bits: int) -> tuple[str, ...]:
    """The names of the classes in a bit set, in id order."""
    return tuple(c.name for c in LAYER_CLASSES if bits & c.bit)


@dataclass(frozen=True, slots=True)
class ClassScheme:
    """An id ↔ class table. ``order[i]`` is the name of the class with value *i* in an index map of this scheme."""

    name: str
    title: str
    order: tuple[str, ...]

    def __post_init__(self) -> None:
        unknown = [name for name in self.order if name not in CLASS_BY_NAME]
        if unknown or len(set(self.order)) != len(self.order):
            raise ValueError(f"scheme {self.name}: unknown or repeated class names {unknown or list(self.order)}")

    def value_of(self, class_name: str) -> int | None:
        """The index-map value of a class, or None where the scheme has no such class."""
        return self.order.index(class_name) if class_name in self.order else None

    @property
    def paint_order(self) -> PaintOrder:
        """The order in which the scheme's own script paints: its id order (formats.md 2.1), as official ids."""
        return tuple(CLASS_BY_NAME[name].id for name in self.order if name != "background")


def _scheme(name: str, title: str, order: str) -> ClassScheme:
    return ClassScheme(name, title, tuple(order.split()))


# Sources of the eight orders: reference table "Index-mask orders" (g_mask.py list2 and list1, zllrunning
# prepropess_data.py, FaRL/facer/SegFace, three Hugging Face uploads, a skin-first research note).
SCHEMES: tuple[ClassScheme, ...] = (
    _scheme(
        "celebamask-hq",
        "CelebAMask-HQ, official (g_mask.py)",
        "background skin nose eye_g l_eye r_eye l_brow r_brow l_ear r_ear mouth u_lip l_lip hair hat ear_r neck_l neck"
        " cloth",
    ),
    _scheme(
        "list1",
        "CelebAMask-HQ list1 (commented out in g_mask.py)",
        "background skin neck hat eye_g hair ear_r neck_l cloth l_eye r_eye l_brow r_brow nose l_ear r_ear mouth u_lip"
        " l_lip",
    ),
    _scheme(
        "face-parsing",
        "face-parsing.PyTorch (zllrunning, yakhyo)",
        "background skin l_brow r_brow l_eye r_eye eye_g l_ear r_ear ear_r nose mouth u_lip l_lip neck neck_l cloth"
        " hair hat",
    ),
    _scheme(
        "farl",
        "FaRL, facer, SegFace",
        "background neck skin cloth l_ear r_ear l_brow r_brow l_eye r_eye nose mouth l_lip u_lip hair eye_g hat ear_r"
        " neck_l",
    ),
    _scheme(
        "v-xchen-v",
        "Hugging Face v-xchen-v/celebamask_hq",
        "background hair hat ear_r skin l_brow r_brow l_eye r_eye eye_g nose u_lip l_lip mouth cloth neck neck_l l_ear"
        " r_ear",
    ),
    _scheme(
        "frsecm",
        "Hugging Face FrsECM/CelebAHQ_mask",
        "background cloth skin hair neck neck_l mouth r_brow l_brow l_eye r_eye eye_g nose u_lip l_lip l_ear r_ear"
        " ear_r hat",
    ),
    _scheme(
        "taewon99",
        "Hugging Face Space taewon99",
        "background skin nose r_eye l_eye r_brow l_brow r_ear l_ear mouth u_lip l_lip neck hair neck_l cloth eye_g hat"
        " ear_r",
    ),
    _scheme(
        "skin-first",
        "Skin first (0 = skin … 17 = hat, 18 = background)",
        "skin l_brow r_brow l_eye r_eye eye_g l_ear r_ear ear_r nose mouth u_lip l_lip neck neck_l cloth hair hat"
        " background",
    ),
)
SCHEME_BY_NAME: Mapping[str, ClassScheme] = MappingProxyType({s.name: s for s in SCHEMES})
OFFICIAL_SCHEME = SCHEMES[0]
