"""Class colours of one's own: JSON by class name, or the ``.gpl`` palettes of GIMP, Krita and Inkscape.

``{"title": "Calm", "colours": {"skin": "#e0b090", "hair": [60, 40, 20]}}``: the classes that a file leaves out keep
their native colours. A ``.gpl`` file names its colours by class (``224 176 144  skin``), or has the nineteen in the
order of the official ids, or the eighteen without background.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.faces.classes import CLASS_BY_NAME, CLASSES, RGB, FaceClass
from app.faces.errors import DamagedFileError, SaveError
from app.faces.palettes import NATIVE, PALETTES, Palette
from app.formats.class_names import class_named
from app.formats.files import shown

SUFFIXES = (".gpl", ".json")
SIZE_LIMIT = 1 << 20
_TITLE_LIMIT = 60
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_GPL_LINE = re.compile(r"(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})(?:\s+(.*))?")
_BUILT_IN = {palette.name for palette in PALETTES}


def read_palette(file: Path) -> Palette:
    """The palette in a file. Raises DamagedFileError that names the file and the line or class, and OSError."""
    with file.open("rb") as stream:
        data = stream.read(SIZE_LIMIT + 1)
    try:
        if len(data) > SIZE_LIMIT:
            raise DamagedFileError("it is far larger than any palette")
        return palette_from(data, file.stem)
    except DamagedFileError as error:
        raise DamagedFileError(f"{shown(file.name)} is no palette that can be used: {error}") from None


def user_palettes(folder: Path) -> tuple[list[Palette], list[str]]:
    """The palettes in the user's folder by name, and why the other files there cannot be used. No folder has none."""
    palettes: dict[str, Palette] = {}
    problems = []
    with contextlib.suppress(OSError):
        for file in sorted(each for each in folder.iterdir() if each.suffix.lower() in SUFFIXES):
            try:
                palette = read_palette(file)
            except (DamagedFileError, OSError) as error:
                problems.append(str(error))
                continue
            if palette.name in palettes:
                problems.append(f"{shown(file.name)} has the name of another palette; rename one of them")
            else:
                palettes[palette.name] = palette
    return list(palettes.values()), problems


def take_palette(file: Path, folder: Path) -> Palette:
    """Keep a palette file in the user's folder, in the place of an earlier one of that name.

    Raises DamagedFileError, OSError and SaveError; nothing was written then.
    """
    palette = read_palette(file)
    data = file.read_bytes()
    kept = folder / f"{palette.name}{file.suffix.lower()}"
    if os.path.realpath(kept) == os.path.realpath(file):
        return palette
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".palette.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(draft).replace(kept)
        for suffix in set(SUFFIXES) - {kept.suffix}:
            kept.with_suffix(suffix).unlink(missing_ok=True)
    except OSError as error:
        raise SaveError(f"{shown(file.name)} could not be kept in {shown(str(folder))}: {error.strerror}") from error
    return palette


def palette_from(data: bytes, name: str) -> Palette:
    """The palette in the bytes of a file called ``name``, whichever kind it is. Raises DamagedFileError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DamagedFileError(f"it is no text in UTF-8 (byte {error.start + 1})") from None
    is_gimp = text.lstrip().startswith("GIMP Palette")
    title, colours = _gimp(text.lstrip()) if is_gimp else _json(text)
    word = re.sub(r"[^\w.-]+", "-", name.strip()).strip("-.") or "palette"
    if word in _BUILT_IN:
        word = f"my-{word}"
    readable = " ".join("".join(c if c.isprintable() else " " for c in title or name).split())[:_TITLE_LIMIT]
    return Palette(word, readable or word, tuple(colours.get(c.id, NATIVE.colours[c.id]) for c in CLASSES))


def _json(text: str) -> tuple[str, dict[int, RGB]]:
    try:
        content = json.loads(text, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        raise DamagedFileError(f"line {error.lineno}: it is neither JSON nor a GIMP palette ({error.msg})") from None
    except (ValueError, RecursionError) as error:
        raise DamagedFileError(f"it is no JSON: {shown(str(error))}") from None
    if not isinstance(content, Mapping):
        raise DamagedFileError('it is no table of classes and colours such as {"skin": "#e0b090"}')
    title = content.get("title", "")
    listed = content.get("colours", content.get("colors", content))
    if not isinstance(listed, Mapping):
        raise DamagedFileError('its "colours" is no table of classes and colours such as {"skin": "#e0b090"}')
    colours: dict[int, RGB] = {}
    for key, value in listed.items():
        if listed is not content or key != "title":
            colours[_one(colours, str(key), f"{shown(str(key))}: ").id] = _colour(value, str(key))
    if not colours:
        raise DamagedFileError("it has no colour for any class")
    return title if isinstance(title, str) else "", colours


def _without_repeats(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DamagedFileError(f"{shown(key)} is there twice")
        found[key] = value
    return found


def _one(colours: Mapping[int, RGB], text: str, where: str) -> FaceClass:
    """The class named, which has no colour yet."""
    face_class = class_named(text)
    if face_class is None:
        raise DamagedFileError(f"{where}there is no such class; known are {', '.join(CLASS_BY_NAME)}")
    if face_class.id in colours:
        raise DamagedFileError(f"{where}{face_class.name} has a colour already")
    return face_class


def _colour(value: object, key: str) -> RGB:
    if isinstance(value, str) and (match := _HEX.fullmatch(value.strip())):
        digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if isinstance(value, list) and len(value) == 3 and all(type(part) is int and 0 <= part <= 255 for part in value):
        return value[0], value[1], value[2]
    raise DamagedFileError(
        f'{shown(key)}: {shown(json.dumps(value))} is no colour; write it as "#e0b090" or [224, 176, 144]'
    )


def _gimp(text: str) -> tuple[str, dict[int, RGB]]:
    title, rows = "", []
    for number, line in _lines(text):
        if line.lower().startswith("name:"):
            title = line[5:].strip()
        elif not line.lower().startswith(("columns:", "channels:")):
            match = _GPL_LINE.fullmatch(line)
            if match is None or any(int(part) > 255 for part in match.groups()[:3]):
                raise DamagedFileError(f"line {number}: {shown(line)} is no colour such as 224 176 144 skin")
            rows.append((number, (int(match[1]), int(match[2]), int(match[3])), (match[4] or "").strip()))
    if any(class_named(name) for _, _, name in rows):
        colours: dict[int, RGB] = {}
        for number, colour, name in rows:
            colours[_one(colours, name, f"line {number}: {shown(name)}: ").id] = colour
        return title, colours
    if len(rows) not in (len(CLASSES), len(CLASSES) - 1):
        raise DamagedFileError(
            f"it has {len(rows)} colours, none of them named after a class; name them (224 176 144 skin), or give all"
            " nineteen in the order of the ids"
        )
    first = len(CLASSES) - len(rows)
    return title, {class_id: colour for class_id, (_, colour, _) in enumerate(rows, start=first)}


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """What the file says line by line after its first: numbers from 1, no comments and no empty lines."""
    for number, line in enumerate(text.splitlines(), start=1):
        if number > 1 and line.strip() and not line.lstrip().startswith("#"):
            yield number, line.strip()
