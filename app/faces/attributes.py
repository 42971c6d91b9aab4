"""The forty attributes of CelebA: yes, no or unknown.

Names and order are those of ``list_attr_celeba.txt`` and ``CelebAMask-HQ-attribute-anno.txt`` (1 = yes, −1 = no).
"Unknown" is a sample without a row, or a value that is neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.faces.errors import InvalidEditError

ATTRIBUTE_NAMES: tuple[str, ...] = tuple(
    "5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose Black_Hair Blond_Hair"
    " Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup High_Cheekbones Male"
    " Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose Receding_Hairline Rosy_Cheeks"
    " Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat Wearing_Lipstick Wearing_Necklace"
    " Wearing_Necktie Young".split()
)

ATTRIBUTE_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Hair": tuple(
            "Bald Bangs Black_Hair Blond_Hair Brown_Hair Gray_Hair Receding_Hairline Straight_Hair Wavy_Hair".split()
        ),
        "Eyes": tuple("Arched_Eyebrows Bags_Under_Eyes Bushy_Eyebrows Narrow_Eyes".split()),
        "Face": tuple(
            "Big_Lips Big_Nose Chubby Double_Chin High_Cheekbones Mouth_Slightly_Open Oval_Face Pale_Skin Pointy_Nose"
            " Rosy_Cheeks Smiling".split()
        ),
        "Beard": tuple("5_o_Clock_Shadow Goatee Mustache No_Beard Sideburns".split()),
        "Wear": tuple(
            "Eyeglasses Heavy_Makeup Wearing_Earrings Wearing_Hat Wearing_Lipstick Wearing_Necklace"
            " Wearing_Necktie".split()
        ),
        "Impression": tuple("Attractive Blurry Male Young".split()),
    }
)


def attribute_title(name: str) -> str:
    """The attribute in words: ``5_o_Clock_Shadow`` → ``5 o'clock shadow``, ``Wearing_Hat`` → ``Wearing hat``."""
    if name == "5_o_Clock_Shadow":
        return "5 o'clock shadow"
    return name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Attributes(Mapping[str, bool | None]):
    """One sample's attributes in the order of its table: name → True, False or None (unknown)."""

    names: tuple[str, ...]
    values_: tuple[bool | None, ...]

    def __post_init__(self) -> None:
        if len(self.names) != len(self.values_):
            raise ValueError(f"{len(self.names)} attribute names, {len(self.values_)} values")

    @classmethod
    def unknown(cls, names: tuple[str, ...] = ATTRIBUTE_NAMES) -> Attributes:
        """All of them unknown: a sample without a row."""
        return cls(names, (None,) * len(names))

    def __getitem__(self, name: str) -> bool | None:
        try:
            return self.values_[self.names.index(name)]
        except ValueError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def replacing(self, name: str, value: bool | None) -> Attributes:
        """The same attributes with one changed. Raises InvalidEditError for a name the table does not have."""
        if name not in self.names:
            raise InvalidEditError(f"the attribute table has no column {name}")
        at = self.names.index(name)
        return Attributes(self.names, (*self.values_[:at], value, *self.values_[at + 1 :]))
