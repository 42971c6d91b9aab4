"""The one table of everything the window can be told to do.

Each row becomes exactly one ``QAction`` that carries the row's id as its object name; menu, key, button and command
palette all trigger that one. The table needs neither Qt nor a window, so ``facewright keys`` can print it and a test
can hold it against itself. What a row *does* is joined to its id in ``commands.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.faces.classes import CLASSES


@dataclass(frozen=True, slots=True)
class Row:
    """One action. ``menu`` is a path (``View/Theme``); ``when`` names the condition under which it can be used.

    ``rule`` draws a line above it in the menu; actions of one ``group`` exclude each other; ``keys`` are portable
    ``QKeySequence`` texts, the first is the one that is shown. ``also`` is a second menu that has it at its end.
    """

    id: str
    text: str
    menu: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    when: str = "always"
    checkable: bool = False
    group: str = ""
    rule: bool = False
    also: str = ""


CONDITIONS: dict[str, str] = {
    "always": "at any time",
    "recent": "when a dataset was opened before",
    "dataset": "when a dataset is open",
    "found": "when the search found samples",
    "searching": "when something is searched for",
    "export_list": "when something is on the export list",
    "indexing": "when the dataset is being indexed",
    "sample": "when a sample is shown",
    "mask": "when the sample has a mask that can be edited",
    "no_mask": "when the sample could have a mask and has none",
    "sketch": "when the sample has a sketch",
    "captions": "when the sample has captions that can be edited",
    "contradicted": "when something contradicts the sample's captions",
    "no_captions": "when the sample could have captions and has none",
    "dismissed": "when a contradiction of the sample's captions was dismissed",
    "undo": "when there is something to undo",
    "redo": "when there is something to redo",
    "unsaved": "when something is not saved",
    "overlay": "when the sample has a mask to look at",
    "other_order": "when masks are seen in another paint order than the dataset's",
    "pair": "when the class is one of a pair",
}


def _class_rows() -> tuple[Row, ...]:
    """Digit = official id, Shift+digit = ids 10–18: nineteen classes fit exactly and the key equals the id."""
    rows = []
    for face_class in CLASSES:
        key = str(face_class.id) if face_class.id < 10 else f"Shift+{face_class.id - 9}"
        rows.append(
            Row(
                f"class.select.{face_class.id}", face_class.title, "Class/Choose", (key,), when="overlay", group="class"
            )
        )
    return tuple(rows)


_CLEANUPS = (
    (("smooth.median", "Median smoothing"), ("smooth.open", "Opening"), ("smooth.close", "Closing"),
     ("smooth.gaussian", "Gaussian smoothing"), ("smooth.joint", "Joint smoothing")),
    (("islands.remove_specks", "Remove specks"), ("islands.keep_largest", "Keep largest islands"),
     ("islands.split", "Split islands"), ("holes.fill", "Fill holes")),
    (("margin.grow", "Grow"), ("margin.shrink", "Shrink"), ("margin.hollow", "Hollow")),
    (("logic.copy", "Copy a class"), ("logic.add", "Add a class"), ("logic.subtract", "Subtract a class"),
     ("logic.intersect", "Intersect with a class"), ("logic.invert", "Invert"), ("logic.clear", "Clear")),
    (("threshold.range", "Threshold"),),
    (("preset.amodal_skin", "Skin under eyes, brows, nose and mouth"),
     ("preset.neck_without_necklace", "Neck minus necklace")),
)  # fmt: skip
"""The operators of ``imaging/cleanup`` by family, told once more: making this table must not load numpy."""


def _cleanup_rows() -> tuple[Row, ...]:
    rows = [
        Row(f"cleanup.{name}", f"{title}…", "Mask/Clean-up", when="mask", rule=number == 0)
        for family in _CLEANUPS
        for number, (name, title) in enumerate(family)
    ]
    repeat = Row("cleanup.repeat", "Repeat last clean-up", "Mask/Clean-up", ("Ctrl+Alt+C",), "", "mask", rule=True)
    return (*rows, repeat)


def _comparison_rows() -> tuple[Row, ...]:
    """What *before* means: one of three."""
    texts = {
        "disk": "With the files on disk",
        "opened": "With the mask as it was opened",
        "first": "With the mask before all edits",
    }
    return tuple(
        Row(f"view.compare.{name}", text, "View/Compare", (), "", "overlay", True, "compared", name == "disk")
        for name, text in texts.items()
    )


TABLE: tuple[Row, ...] = (
    Row("file.open", "Open folder…", "File", ("Ctrl+O",), "folder-open"),
    Row("file.open_file", "Open archive or file…", "File"),
    Row("file.open_recent", "Open recent…", "File", ("Ctrl+R",), "clock", "recent"),
    Row("file.demo", "Make demo dataset…", "File", (), "sparkles"),
    Row("file.close", "Close dataset", "File", ("Ctrl+W",), "x", "dataset"),
    Row("file.save", "Save", "File", ("Ctrl+S",), "save", "unsaved", rule=True),
    Row("file.export", "Export…", "File", ("Ctrl+E",), "", "dataset", rule=True),
    Row("file.working_copy", "Make a working copy…", "File", (), "copy", "dataset"),
    Row("file.preferences", "Preferences…", "File", ("Ctrl+,",), "settings", rule=True),
    Row("file.keys", "Change keys…", "File", (), "keyboard"),
    Row("file.quit", "Quit", "File", ("Ctrl+Q",), "log-out", rule=True),
    Row("edit.undo", "Undo", "Edit", ("Ctrl+Z",), "undo-2", "undo"),
    Row("edit.redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo-2", "redo"),
    Row("edit.caption", "Edit caption", "Edit", ("F2",), "pencil", "captions", rule=True),
    Row("edit.previous_caption", "Previous caption", "Edit", ("Alt+Up",), "", "captions"),
    Row("edit.next_caption", "Next caption", "Edit", ("Alt+Down",), "", "captions"),
    Row("edit.add_caption", "Add caption below", "Edit", ("Ctrl+Shift+Return",), "plus", "captions"),
    Row("edit.duplicate_caption", "Duplicate caption", "Edit", ("Ctrl+D",), "copy", "captions"),
    Row("edit.remove_caption", "Remove caption", "Edit", ("Ctrl+Shift+Backspace",), "trash-2", "captions"),
    Row("edit.caption_up", "Move caption up", "Edit", ("Alt+Shift+Up",), "arrow-up", "captions"),
    Row("edit.caption_down", "Move caption down", "Edit", ("Alt+Shift+Down",), "arrow-down", "captions"),
    Row("captions.repair", "Why it is contradicted…", "Edit/Captions", ("Ctrl+.",), "", "contradicted", rule=True),
    Row(
        "captions.suggest",
        "New words for all that is contradicted…",
        "Edit/Captions",
        ("Ctrl+Shift+.",),
        "wand-sparkles",
        "contradicted",
    ),
    Row("captions.reword", "Say it in other words…", "Edit/Captions", ("Ctrl+Alt+W",), "sparkles", "captions"),
    Row("captions.past", "What it said before…", "Edit/Captions", ("Ctrl+Alt+J",), "history", "captions"),
    Row("captions.dismissed", "What was dismissed…", "Edit/Captions", (), "", "dismissed"),
    Row("captions.copy", "Copy caption lines", "Edit/Captions", ("Ctrl+Alt+Insert",), "copy", "captions", rule=True),
    Row("captions.paste", "Paste caption lines", "Edit/Captions", ("Ctrl+Shift+V",), "", "captions"),
    Row("sketch.draw", "Draw a sketch from the photo…", "Edit", (), "pencil", "sample", rule=True),
    Row("sketch.touch", "Touch up the sketch…", "Edit", (), "brush", "sketch"),
    Row("bulk.replace", "Replace in captions…", "Edit/Captions", ("Ctrl+H",), "", "dataset", rule=True),
    Row("bulk.generate", "Generate captions…", "Edit/Captions", ("Ctrl+Shift+G",), "", "dataset"),
    Row("bulk.import", "Import captions…", "Edit/Captions", (), "", "dataset"),
    Row("bulk.attributes", "Set attributes of many samples…", "Edit", (), "", "dataset"),
    Row("edit.write_captions", "Write captions for this sample", "Edit", (), "type", "no_captions"),
    Row("edit.new_mask", "Start an empty mask", "Edit", (), "", "no_mask"),
    Row("tool.brush", "Brush", "Tool", ("B",), "brush", "mask", checkable=True, group="tool"),
    Row("tool.eraser", "Eraser", "Tool", ("E",), "eraser", "mask", checkable=True, group="tool"),
    Row("tool.smooth", "Smoothing brush", "Tool", ("Shift+G",), "sparkles", "mask", checkable=True, group="tool"),
    Row("tool.fill", "Fill", "Tool", ("G",), "paint-bucket", "mask", checkable=True, group="tool"),
    Row("tool.lasso", "Lasso and polygon", "Tool", ("L", "P"), "lasso", "mask", checkable=True, group="tool"),
    Row("tool.rectangle", "Rectangle", "Tool", ("R",), "square-dashed", "mask", checkable=True, group="tool"),
    Row("tool.ellipse", "Ellipse", "Tool", ("Shift+R",), "circle-dashed", "mask", checkable=True, group="tool"),
    Row("tool.wand", "Magic wand", "Tool", ("W",), "wand-sparkles", "mask", checkable=True, group="tool"),
    Row("tool.level", "Level trace", "Tool", ("Y",), "mountain", "mask", checkable=True, group="tool"),
    Row("tool.livewire", "Live wire", "Tool", ("S",), "magnet", "mask", checkable=True, group="tool"),
    Row("tool.grabcut", "GrabCut in a box", "Tool", ("J",), "scan-face", "mask", checkable=True, group="tool"),
    Row("tool.grow", "Grow between scribbles", "Tool", ("Z",), "sprout", "mask", checkable=True, group="tool"),
    Row("tool.move", "Move piece", "Tool", ("M",), "move", "mask", checkable=True, group="tool", rule=True),
    Row("tool.relabel", "Relabel piece", "Tool", ("U",), "replace", "mask", checkable=True, group="tool"),
    Row("tool.pick", "Pick class", "Tool", ("I",), "pipette", "overlay", checkable=True, group="tool"),
    Row("tool.hand", "Hand", "Tool", ("V",), "hand", "sample", checkable=True, group="tool"),
    Row("brush.larger", "Larger brush", "Tool", ("]",), "", "mask", rule=True),
    Row("brush.smaller", "Smaller brush", "Tool", ("[",), "", "mask"),
    Row("brush.larger_one", "Brush one pixel larger", "Tool", ("Shift+]",), "", "mask"),
    Row("brush.smaller_one", "Brush one pixel smaller", "Tool", ("Shift+[",), "", "mask"),
    Row("brush.round", "Round brush", "Tool", (), "circle", "mask", checkable=True, group="shape", rule=True),
    Row("brush.square", "Square brush", "Tool", (), "square", "mask", checkable=True, group="shape"),
    Row("brush.diamond", "Diamond brush", "Tool", (), "diamond", "mask", checkable=True, group="shape"),
    Row("brush.mirror", "Mirror brush", "Tool", ("Shift+M",), "flip-horizontal-2", "mask", checkable=True, rule=True),
    Row("brush.others", "Next rule for other classes", "Tool", ("K",), "layers", "mask", rule=True),
    Row("brush.erase_mode", "Next eraser mode", "Tool", ("Shift+E",), "", "mask"),
    Row("class.find", "Find class…", "Class", ("C",), "search", "overlay"),
    *_class_rows(),
    Row("class.next", "Next class", "Class", (".",), "", "overlay", rule=True),
    Row("class.previous", "Previous class", "Class", (",",), "", "overlay"),
    Row("class.last", "Last class", "Class", ("Q",), "", "overlay"),
    Row("class.other_side", "Other side of the pair", "Class", ("Shift+X",), "", "pair"),
    Row("class.swap_erase", "Swap painting and erasing", "Class", ("X",), "", "mask", checkable=True, rule=True),
    Row("class.lock", "Lock class", "Class", ("Shift+K",), "lock", "overlay", checkable=True),
    Row("class.visible", "Show class", "Class", ("H",), "eye", "overlay", checkable=True),
    Row("mask.range", "Only a range of the photo", "Mask", ("Shift+I",), "contrast", "mask", checkable=True),
    Row("mask.area", "Next editable area", "Mask", ("Ctrl+Alt+K",), "square-dashed", "mask"),
    Row("mask.free", "Lift all restrictions", "Mask", (), "lock-open", "mask"),
    Row(
        "mask.swap_pair", "Swap the sides of this pair", "Mask", ("Ctrl+Alt+S",), "arrow-left-right", "pair", rule=True
    ),
    Row("mask.swap_all", "Swap left and right everywhere", "Mask", (), "", "mask"),
    Row("mask.copy_across", "Copy class to the other side", "Mask", ("Ctrl+Alt+X",), "", "mask", rule=True),
    Row("mask.copy_previous", "Copy class from previous sample", "Mask", ("Ctrl+Alt+V",), "copy", "mask"),
    Row("mask.copy_saved", "Take class from its file", "Mask", ("Ctrl+Alt+O",), "rotate-ccw", "mask"),
    *_cleanup_rows(),
    Row("view.solo", "Show only this class", "View", ("Shift+S",), "", "overlay", checkable=True),
    Row("view.show_all", "Show all classes", "View", ("Shift+H",), "", "overlay"),
    Row("view.invert", "Swap shown and hidden classes", "View", (), "", "overlay"),
    Row("view.overlay", "Overlay", "View", ("T",), "layers", "overlay", checkable=True, rule=True),
    Row("view.overlay_style", "Next overlay style", "View", ("O",), "", "overlay"),
    Row("view.line_width", "Next outline width", "View", ("Shift+O",), "", "overlay"),
    Row("view.stronger", "Stronger overlay", "View", ("Ctrl+]",), "", "overlay"),
    Row("view.weaker", "Weaker overlay", "View", ("Ctrl+[",), "", "overlay"),
    Row("view.equal_opacity", "Same opacity for all classes", "View", (), "", "overlay"),
    Row("view.initials", "Class initials", "View", ("Ctrl+Shift+I",), "type", "overlay", checkable=True),
    Row("view.mask_alone", "Mask alone (hold)", "View", ("Shift+`",), "", "overlay", checkable=True),
    Row("view.bare", "Bare photo (hold)", "View", ("`",), "image", "sample", checkable=True),
    Row("view.palette", "Colour-blind-safe class colours", "View", (), "palette", "dataset", checkable=True),
    Row("view.choose_palette", "Choose class colours…", "View", (), "", "dataset"),
    Row("view.import_palette", "Class colours from a file…", "View", (), "", "dataset"),
    Row("view.photo.brighter", "Brighter", "View/Photo", (), "", "sample", rule=True),
    Row("view.photo.darker", "Darker", "View/Photo", (), "", "sample"),
    Row("view.photo.more_contrast", "More contrast", "View/Photo", (), "", "sample"),
    Row("view.photo.less_contrast", "Less contrast", "View/Photo", (), "", "sample"),
    Row("view.photo.lift", "Lift the shadows", "View/Photo", (), "", "sample"),
    Row("view.photo.sink", "Deepen the shadows", "View/Photo", (), "", "sample"),
    Row("view.photo.channel", "Next channel", "View/Photo", ("Ctrl+Alt+H",), "", "sample", rule=True),
    Row("view.photo.reset", "As it is", "View/Photo", ("Ctrl+Alt+R",), "rotate-ccw", "sample", rule=True),
    Row("view.before", "Before (hold, or tap)", "View/Compare", ("\\",), "", "overlay", checkable=True, rule=True),
    Row("view.wipe", "Wipe: before and now", "View/Compare", ("Ctrl+\\",), "", "overlay", checkable=True),
    Row("view.difference", "Outline what changed", "View/Compare", ("Alt+\\",), "", "overlay", checkable=True),
    *_comparison_rows(),
    Row("view.hover_card", "Card at the pointer", "View/Aids", ("Ctrl+I",), "", "overlay", checkable=True),
    Row("view.lost_pixels", "What flattening loses", "View/Aids", ("Ctrl+Alt+L",), "", "overlay", checkable=True),
    Row("view.dataset_order", "Back to the dataset's paint order", "View/Aids", (), "", "other_order"),
    Row("view.thirds", "Thirds", "View/Aids", (), "", "sample", checkable=True, rule=True),
    Row("view.face_axis", "Axis of the face", "View/Aids", (), "", "overlay", checkable=True),
    Row("view.rulers", "Rulers", "View/Aids", ("Ctrl+Alt+U",), "", "overlay", checkable=True),
    Row("view.grid", "Pixel grid", "View/Aids", ("Ctrl+'",), "", "overlay", checkable=True),
    Row("view.mini_map", "Mini-map when zoomed", "View/Aids", ("Ctrl+Alt+M",), "", "sample", checkable=True),
    Row("view.fit", "Fit", "View", ("Ctrl+0", "F"), "maximize", "sample", rule=True),
    Row("view.actual_size", "Actual size", "View", ("Ctrl+1",), "", "sample"),
    Row("view.zoom_in", "Zoom in", "View", ("Ctrl++", "Ctrl+="), "zoom-in", "sample"),
    Row("view.zoom_out", "Zoom out", "View", ("Ctrl+-",), "zoom-out", "sample"),
    Row("view.panel.gallery", "Gallery", "View/Panels", ("Ctrl+Alt+1",), "", "dataset", checkable=True, rule=True),
    Row("view.panel.classes", "Classes", "View/Panels", ("Ctrl+Alt+2",), "", "dataset", checkable=True),
    Row("view.panel.attributes", "Attributes", "View/Panels", ("Ctrl+Alt+3",), "", "dataset", checkable=True),
    Row("view.panel.history", "History", "View/Panels", ("Ctrl+Alt+4",), "", "dataset", checkable=True),
    Row("view.panel.captions", "Captions", "View/Panels", ("Ctrl+Alt+5",), "", "dataset", checkable=True),
    Row("view.panel.review", "Review", "View/Panels", ("Ctrl+Alt+6",), "", "dataset", checkable=True),
    Row("view.panel.filmstrip", "Filmstrip", "View/Panels", ("Ctrl+Alt+7",), "", "dataset", checkable=True),
    Row("view.panel.photo", "Photo", "View/Panels", ("Ctrl+Alt+B",), "contrast", "dataset", checkable=True),
    Row("view.panel.overlaps", "Overlaps", "View/Panels", ("Ctrl+Alt+P",), "", "dataset", checkable=True),
    Row(
        "view.panel.coverage",
        "Coverage",
        "View/Panels",
        ("Ctrl+Alt+G",),
        "list-filter",
        "dataset",
        checkable=True,
        also="Edit/Captions",
    ),
    Row("view.panel.cleanup", "Clean-up", "View/Panels", ("Ctrl+Alt+9",), "", "dataset", checkable=True),
    Row("view.facets", "Facets", "View/Panels", ("Ctrl+Alt+8",), "list-filter", "dataset", checkable=True),
    Row("view.thumbnails.photo", "Photo", "View/Thumbnails", (), "", "dataset", checkable=True, group="thumbnails"),
    Row(
        "view.thumbnails.both",
        "Photo with mask",
        "View/Thumbnails",
        (),
        "",
        "dataset",
        checkable=True,
        group="thumbnails",
    ),
    Row("view.thumbnails.mask", "Mask", "View/Thumbnails", (), "", "dataset", checkable=True, group="thumbnails"),
    Row("view.thumbnails.sketch", "Sketch", "View/Thumbnails", (), "", "dataset", checkable=True, group="thumbnails"),
    Row("view.thumbnails.larger", "Larger", "View/Thumbnails", ("Ctrl+Alt++", "Ctrl+Alt+="), "", "dataset", rule=True),
    Row("view.thumbnails.smaller", "Smaller", "View/Thumbnails", ("Ctrl+Alt+-",), "", "dataset"),
    Row("view.layout.browse", "Browse", "View/Layout", ("F5",), "", "dataset"),
    Row("view.layout.paint", "Paint", "View/Layout", ("F6",), "", "dataset"),
    Row("view.layout.write", "Write", "View/Layout", ("F7",), "", "dataset"),
    Row("view.layout.review", "Review", "View/Layout", ("F8",), "", "dataset"),
    Row("view.reset_layout", "Reset layout", "View/Layout", (), "rotate-ccw", "dataset", rule=True),
    Row("view.theme.light", "Light", "View/Theme", (), "sun", checkable=True, group="theme", rule=True),
    Row("view.theme.dark", "Dark", "View/Theme", (), "moon", checkable=True, group="theme"),
    Row("view.theme.system", "As the system says", "View/Theme", (), "monitor", checkable=True, group="theme"),
    Row("view.full_screen", "Full screen", "View", ("F11",), "", checkable=True, rule=True),
    Row("sample.next", "Next sample", "Sample", ("D", "PgDown", "Alt+Right"), "chevron-right", "sample"),
    Row("sample.previous", "Previous sample", "Sample", ("A", "PgUp", "Alt+Left"), "chevron-left", "sample"),
    Row("sample.next10", "Ten samples on", "Sample", ("Shift+D",), "chevrons-right", "sample"),
    Row("sample.previous10", "Ten samples back", "Sample", ("Shift+A",), "chevrons-left", "sample"),
    Row("sample.goto", "Go to sample…", "Sample", ("Ctrl+J",), "search", "dataset", rule=True),
    Row("sample.search", "Search…", "Sample", ("Ctrl+F",), "search", "dataset"),
    Row("sample.clear_search", "Show all samples", "Sample", ("Ctrl+Shift+F",), "x", "searching"),
    Row("sample.save_search", "Save this search…", "Sample", ("Ctrl+Shift+D",), "star", "searching"),
    Row("sample.saved_search", "Saved searches…", "Sample", ("Ctrl+Alt+F",), "", "dataset"),
    Row("sample.similar", "Similar to this one", "Sample", ("Ctrl+L",), "", "sample"),
    Row("sample.copy_ids", "Copy ids", "Sample", ("Ctrl+Shift+C",), "copy", "found", rule=True),
    Row("sample.save_ids", "Save ids…", "Sample", (), "", "found"),
    Row(
        "sample.export_list",
        "On the export list",
        "Sample/Export list",
        ("Ctrl+Shift+E",),
        "",
        "sample",
        checkable=True,
        rule=True,
    ),
    Row("export.add_listed", "Add all listed", "Sample/Export list", (), "plus", "found", rule=True),
    Row("export.add_search", "Add from a search…", "Sample/Export list", (), "search", "dataset"),
    Row("export.add_file", "Add from a file of ids…", "Sample/Export list", (), "", "dataset"),
    Row("export.show", "Show the export list", "Sample/Export list", (), "tag", "export_list", rule=True),
    Row("export.clear", "Clear the export list", "Sample/Export list", (), "trash-2", "export_list"),
    Row("index.pause", "Pause indexing", "Sample/Index", (), "pause", "indexing", checkable=True, rule=True),
    Row("index.start", "Index now", "Sample/Index", (), "play", "dataset"),
    Row("index.rebuild", "Rebuild the index", "Sample/Index", (), "rotate-ccw", "dataset", rule=True),
    Row("review.accepted", "Accept", "Review", ("Alt+3",), "circle-check", "sample", checkable=True, group="state"),
    Row("review.pending", "Pending", "Review", ("Alt+2",), "clock", "sample", checkable=True, group="state"),
    Row("review.rejected", "Reject", "Review", ("Alt+1",), "circle-x", "sample", checkable=True, group="state"),
    Row("review.none", "No decision", "Review", ("Alt+0",), "circle", "sample", checkable=True, group="state"),
    Row("review.accept_next", "Accept and next", "Review", ("Ctrl+Return", "Ctrl+Enter"), "", "sample", rule=True),
    Row("review.next", "Next undecided", "Review", ("N",), "", "dataset"),
    Row(
        "review.next_finding",
        "Next contradiction or other finding",
        "Review",
        ("Ctrl+Alt+N",),
        "",
        "dataset",
        rule=True,
        also="Edit/Captions",
    ),
    Row("review.previous_finding", "Previous finding", "Review", (), "", "dataset"),
    Row("review.look", "Check captions, attributes, masks and sketches now", "Review", (), "", "dataset"),
    Row("review.tag", "Add tag…", "Review", ("Ctrl+T",), "tag", "sample", rule=True),
    Row("review.note", "Note…", "Review", ("Ctrl+Shift+N",), "pencil", "sample"),
    Row("help.keys", "Keys", "Help", ("F1",), "keyboard"),
    Row("help.search", "How to search", "Help", ("Shift+F1",), "search"),
    Row("help.commands", "Commands…", "Help", ("Ctrl+Shift+P", "Ctrl+K"), "terminal"),
    Row("help.data", "Getting the data…", "Help", (), "info"),
    Row("help.log", "Open log folder", "Help", (), "folder", rule=True),
    Row("help.about", "About Facewright", "Help", (), "info"),
)
ROW_BY_ID: dict[str, Row] = {row.id: row for row in TABLE}
