"""What the user is looking at and holding: the sample, the class, the tool, the eyes and the locks.

Panels and canvases read the session and set it; none of them knows another. Importing this module must not pull in
numpy (the start page is on screen before it), hence the imports inside functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.faces.classes import ALL_BITS, CLASSES, OFFICIAL_PAINT_ORDER, PaintOrder
from app.faces.palettes import NATIVE, PALETTES, Palette
from app.ui.comparison import Comparison
from app.ui.held import Held
from app.ui.looks import Looks
from app.ui.photo_pixels import PhotoPixels

if TYPE_CHECKING:
    from app.document.document import Document
    from app.faces.classes import RGB, FaceClass
    from app.faces.sample import SampleId
    from app.imaging.compose import Area, Erase, Operation, Others, Rules
    from app.imaging.footprint import BrushShape, Coverage
    from app.imaging.intensity import PhotoRange
    from app.imaging.overlay import OverlayStyle

LARGEST_BRUSH = 512
BRUSH_STEP = 1.2


class Session(QObject):
    """The one place for what the window's parts have to agree on. Every setter emits only when something changed."""

    document_changed = Signal(object)
    sample_changed = Signal(object)
    order_changed = Signal()
    face_class_changed = Signal(int)
    tool_changed = Signal(str)
    brush_size_changed = Signal(int)
    brush_shape_changed = Signal(str)
    visible_changed = Signal(int)
    locked_changed = Signal(int)
    view_changed = Signal()
    """Anything that changes how the mask looks: eyes, solo, opacity, style, palette, overlay on or off."""
    comparison_changed = Signal()
    """Whether, how and with what the mask on screen is compared."""
    aids_changed = Signal()
    """Which aids lie over the canvas."""
    spoken_of_changed = Signal(int)
    """Which classes the word under the pointer speaks of: a bit set."""
    rules_changed = Signal()
    """Anything that changes what a stroke may change, and what it does to other classes."""
    option_changed = Signal(str)
    """A tool's option has another value: its key."""
    pixel_hovered = Signal(int, int)
    """The mask pixel (x, y) under the pointer."""
    pixel_left = Signal()

    tool = Held("brush", "tool_changed")
    """One of ``brush``, ``eraser``, ``pick``, ``hand``."""
    brush_size = Held(12, "brush_size_changed", fit=lambda size: max(1, min(LARGEST_BRUSH, int(size))))
    """Width of the footprint in mask pixels."""
    brush_shape_name = Held("round", "brush_shape_changed")
    visible = Held(ALL_BITS, "visible_changed", "view_changed")
    """Bit set of the classes whose eye is open."""
    background_visible = Held(True, "view_changed")
    solo: Held[int | None] = Held(None, "view_changed")
    """The one class shown alone (official id), whatever the eyes say."""
    locked = Held(0, "locked_changed", "rules_changed")
    background_locked = Held(False, "rules_changed")
    opacity = Held(0.5, "view_changed", fit=lambda opacity: max(0.0, min(1.0, opacity)))
    overlay_style = Held("fill", "view_changed")
    """``fill``, ``outline``, ``both`` or ``hatch``."""
    overlay_on = Held(True, "view_changed")
    bare = Held(False, "view_changed")
    """The photo alone, while a key is held."""
    palette = Held("native", "view_changed")
    """``native``, ``safe`` (colour-blind-safe) or the name of one of the user's ``palettes``."""
    palettes: Held[Mapping[str, Palette]] = Held({p.name: p for p in PALETTES}, "view_changed")
    """The palettes to choose from, by name."""
    looks = Held(Looks(), "view_changed")
    """Outline width, opacity by class, initials, and how the photo is shown; setting it replaces the whole value."""
    mask_alone = Held(False, "view_changed")
    """The mask without the photo, while a key is held."""
    grid_on = Held(True, "view_changed")
    """Lines between the mask's pixels, where these are large enough."""
    shown_order: Held[PaintOrder | None] = Held(None, "view_changed", "rules_changed")
    """A paint order to look at masks in instead of the dataset's, which files and exports keep. None: the dataset's."""
    comparison = Held(Comparison(), "comparison_changed")
    aids: Held[frozenset[str]] = Held(frozenset(), "aids_changed")
    """What lies over the canvas besides the mask, by name: guides, rulers, cards."""
    marked_pair: Held[tuple[int, int] | None] = Held(None, "aids_changed")
    """Official ids of two classes (seen, lost) whose overlap is to be marked; None: every overlap."""
    spoken_of = Held(0, "spoken_of_changed")
    """Bit set of the classes that the caption's word under the pointer speaks of."""
    wheel_zooms_with = ""
    """The key that makes the wheel zoom, ``Ctrl`` or ``Alt``; empty: it zooms by itself and never moves the picture."""
    erasing = Held(False, "rules_changed")
    """The brush erases instead of painting."""
    others_name = Held("show it", "rules_changed")
    erase_mode_name = Held("topmost visible class", "rules_changed")
    area_name = Held("everywhere", "rules_changed")
    area_class = Held(1, "rules_changed")
    """Official id of the class that the areas inside and outside a class are about."""
    photo_range: Held[PhotoRange | None] = Held(None, "rules_changed")
    """Only pixels whose photo value is in this range may be changed; None: all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._sample: SampleId | None = None
        self._order: Sequence[SampleId] | None = None
        self._places: tuple[Sequence[SampleId], dict[SampleId, int]] | None = None
        self._face_class = 1
        self._previous_class = 1
        self._outline_style: OverlayStyle | None = None
        self._fill_style: OverlayStyle | None = None
        self._options: dict[str, bool | int | str] = {}
        self.photo = PhotoPixels()
        """The photo on screen, as an array."""

    # What is looked at

    @property
    def document(self) -> Document | None:
        """The open dataset."""
        return self._document

    @document.setter
    def document(self, document: Document | None) -> None:
        if document is self._document:
            return
        self.sample = None
        self.shown_order = self.marked_pair = None
        self._document = document
        self._order = None
        self.document_changed.emit(document)

    @property
    def sample(self) -> SampleId | None:
        """The sample on screen."""
        return self._sample

    @sample.setter
    def sample(self, sample: SampleId | None) -> None:
        if sample != self._sample:
            self._sample = sample
            if self._document is not None:
                self._document.look_at(sample)
            self.sample_changed.emit(sample)

    @property
    def order(self) -> Sequence[SampleId]:
        """The samples that next and previous walk through: the dataset's, unless a list was set (a search result)."""
        if self._order is not None:
            return self._order
        return self._document.store.sample_ids if self._document else ()

    @order.setter
    def order(self, samples: Sequence[SampleId] | None) -> None:
        self._order = samples
        self.order_changed.emit()

    def goto(self, sample: SampleId) -> None:
        """Show a sample. Raises SampleNotFoundError."""
        if self._document is None or sample not in self._document.store:
            from app.faces.errors import SampleNotFoundError

            raise SampleNotFoundError(f"there is no sample {sample} in this dataset")
        self.sample = sample

    def step(self, count: int) -> None:
        """Show the sample ``count`` places further in the order (negative: back), stopping at its ends."""
        order = self.order
        if not order:
            return
        here = self._place(order)
        if here is None:
            self.sample = order[0]
            return
        self.sample = order[max(0, min(len(order) - 1, here + count))]

    def place(self, sample: SampleId) -> int | None:
        """The sample's place in the order, from 0; None while it is not in it."""
        return self._place(self.order, sample)

    def neighbours(self, sample: SampleId, offsets: Sequence[int] = (1, -1)) -> tuple[SampleId, ...]:
        """The samples so many places further in the order (negative: back), as far as there are any."""
        order = self.order
        here = self._place(order, sample)
        if here is None:
            return ()
        return tuple(order[here + by] for by in offsets if 0 <= here + by < len(order))

    def _place(self, order: Sequence[SampleId], sample: SampleId | None = None) -> int | None:
        if self._places is None or self._places[0] is not order:
            self._places = order, {s: at for at, s in enumerate(order)}
        wanted = sample or self._sample
        return None if wanted is None else self._places[1].get(wanted)

    # What is held

    @property
    def face_class(self) -> int:
        """Official id of the class that the brush paints."""
        return self._face_class

    @face_class.setter
    def face_class(self, class_id: int) -> None:
        if not 0 <= class_id < len(CLASSES):
            raise ValueError(f"there is no class {class_id}")
        if class_id != self._face_class:
            self._previous_class, self._face_class = self._face_class, class_id
            self.face_class_changed.emit(class_id)

    @property
    def previous_class(self) -> int:
        """The class held before this one."""
        return self._previous_class

    @property
    def brush_shape(self) -> BrushShape:
        """The shape of the footprint."""
        from app.imaging.footprint import BrushShape

        return BrushShape(self.brush_shape_name)

    @brush_shape.setter
    def brush_shape(self, shape: BrushShape) -> None:
        self.brush_shape_name = shape.value

    @property
    def others(self) -> Others:
        """What painting does to the other classes at the pixel."""
        from app.imaging.compose import Others

        return Others(self.others_name)

    @others.setter
    def others(self, others: Others) -> None:
        self.others_name = others.value

    @property
    def erase_mode(self) -> Erase:
        """What erasing takes away."""
        from app.imaging.compose import Erase

        return Erase(self.erase_mode_name)

    @erase_mode.setter
    def erase_mode(self, mode: Erase) -> None:
        self.erase_mode_name = mode.value

    @property
    def area(self) -> Area:
        """Where the mask may be changed at all."""
        from app.imaging.compose import Area

        return Area(self.area_name)

    @area.setter
    def area(self, area: Area) -> None:
        self.area_name = area.value

    def option(self, key: str, default: bool | int | str) -> bool | int | str:
        """The value of a tool's option."""
        return self._options.get(key, default)

    def set_option(self, key: str, value: bool | int | str) -> None:
        """A tool's option has this value from now on."""
        if self._options.get(key) != value:
            self._options[key] = value
            self.option_changed.emit(key)

    @property
    def options(self) -> Mapping[str, bool | int | str]:
        """The options that were set, by key."""
        return self._options

    def scale_brush(self, steps: float) -> None:
        """Make the brush larger (smaller: negative) by ``steps`` of a fifth, at least one pixel."""
        wanted = round(self.brush_size * BRUSH_STEP**steps)
        if wanted == self.brush_size:
            wanted += 1 if steps > 0 else -1
        self.brush_size = wanted

    # What is seen

    @property
    def open_eyes(self) -> int:
        """Bit set of the classes to show when the overlay is on: the solo class alone, else the open eyes."""
        return self.visible if self.solo is None else CLASSES[self.solo].bit

    @property
    def effective_visible(self) -> int:
        """Bit set of the classes on screen at this moment."""
        return self.open_eyes if self.shows_mask else 0

    @property
    def shows_mask(self) -> bool:
        """Whether the mask is seen at this moment, or the bare photo."""
        return self.mask_alone or (self.overlay_on and not self.bare)

    @property
    def hidden_count(self) -> int:
        """How many of the nineteen eyes are shut."""
        return (ALL_BITS & ~self.visible).bit_count() + (not self.background_visible)

    def show_all(self) -> None:
        """Open every eye, end solo, switch the overlay on."""
        self.solo = None
        self.visible = ALL_BITS
        self.background_visible = True
        self.overlay_on = True

    def reveal(self, class_id: int) -> None:
        """Make sure that a class is seen, because it is about to be painted."""
        self.bare = False
        self.overlay_on = True
        if self.solo not in (None, class_id):
            self.solo = None
        self.visible |= CLASSES[class_id].bit

    def toggle_solo(self, class_id: int) -> None:
        """Show a class alone; again: as before."""
        self.solo = None if self.solo == class_id else class_id

    @property
    def paint_order(self) -> PaintOrder:
        """The paint order in which masks are seen: the open dataset's, unless another one is looked at."""
        if self.shown_order is not None:
            return self.shown_order
        return self._document.store.paint_order if self._document else OFFICIAL_PAINT_ORDER

    def outline_style(self) -> OverlayStyle:
        """How outlines are to be coloured."""
        order = self.paint_order
        if self._outline_style is None or self._outline_style.paint_order != order:
            from app.imaging.overlay import OverlayStyle

            self._outline_style = OverlayStyle(
                visible=self.open_eyes,
                opacity=self.opacity,
                palette=self.class_palette,
                background_visible=self.background_visible,
                paint_order=order,
                shares=self.looks.shares,
            )
            self._fill_style = None
        return self._outline_style

    def fill_style(self) -> OverlayStyle:
        """How areas are to be filled: not at all in the styles ``outline`` and ``hatch``."""
        style = self.outline_style()
        if self._fill_style is None:
            if self.mask_alone:
                style = replace(style, alone=True)
            elif self.overlay_style not in ("fill", "both"):
                style = replace(style, opacity=0.0)
            self._fill_style = style
        return self._fill_style

    def forget_styles(self) -> None:
        """Something that they depend on changed; they are kept because every sample shown asks for them."""
        self._outline_style = self._fill_style = None

    @property
    def class_palette(self) -> Palette:
        """The palette in use; the native one while that of the user is not there."""
        return self.palettes.get(self.palette, NATIVE)

    def colour_of(self, face_class: FaceClass) -> RGB:
        """The class's colour in the palette in use."""
        return self.class_palette.colours[face_class.id]

    # What may be changed

    def rules(self) -> Rules:
        """What any change of the mask on screen may do now."""
        from app.imaging.compose import Rules

        mask = self._document.mask(self._sample) if self._document and self._sample else None
        return Rules(
            others=self.others,
            locked=self.locked,
            background_locked=self.background_locked,
            visible=self.open_eyes,
            exclusive=mask is not None and mask.exclusive,
            paint_order=self.paint_order,
            area=self.area,
            area_class=self.area_class,
        )

    def operation(self, erase: bool) -> Operation:
        """What a stroke begun now does: paint the class held, or erase (also when ``erasing`` is set)."""
        rules = self.rules()
        if erase or self.erasing:
            return rules.erasing(self._face_class, self.erase_mode)
        return rules.painting(self._face_class)

    def within(self) -> Coverage | None:
        """(H, W) bool: the mask's pixels whose photo value is in the range set; None: all, or there is no photo.

        None of them as long as the photo is not read yet: the range may be meant to protect them.
        """
        document, sample, wanted = self._document, self._sample, self.photo_range
        mask = document.mask(sample) if document and sample and wanted else None
        if mask is None or wanted is None:
            return None
        return self.photo.within(mask.shape, wanted)
