"""Palettes of one's own are read as written, and what is wrong with one is named by line or class."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from app.faces.classes import CLASS_BY_NAME, CLASSES
from app.faces.errors import DamagedFileError
from app.faces.palettes import NATIVE
from app.formats.palette_files import palette_from, read_palette, take_palette, user_palettes

GPL = "GIMP Palette\nName: Calm\nColumns: 4\n#\n224 176 144\tskin\n 60  40  20\tHair\n1 2 3 left eyebrow\n"


def colour(palette, name: str) -> tuple[int, int, int]:
    return palette.colours[CLASS_BY_NAME[name].id]


def test_json_names_classes_and_leaves_the_rest_native() -> None:
    text = '{"title": "Calm", "colours": {"skin": "#e0b090", "hair": [60, 40, 20], "Left eyebrow": "#fc0"}}'
    palette = palette_from(text.encode(), "my colours")
    assert (palette.name, palette.title) == ("my-colours", "Calm")
    assert [colour(palette, name) for name in ("skin", "hair", "l_brow")] == [
        (224, 176, 144),
        (60, 40, 20),
        (255, 204, 0),
    ]
    assert palette.colours[2:6] == NATIVE.colours[2:6]


def test_json_may_be_the_table_alone() -> None:
    palette = palette_from(b'{"nose": "102030"}', "plain")
    assert (palette.title, colour(palette, "nose")) == ("plain", (16, 32, 48))


def test_gimp_palettes_name_their_colours_by_class() -> None:
    palette = palette_from(GPL.encode(), "calm")
    assert palette.title == "Calm"
    assert [colour(palette, name) for name in ("skin", "hair", "l_brow")] == [(224, 176, 144), (60, 40, 20), (1, 2, 3)]


@pytest.mark.parametrize("count", [18, 19])
def test_gimp_palettes_without_names_follow_the_ids(count) -> None:
    rows = "\n".join(f"{at} {at} {at} Untitled" for at in range(count))
    palette = palette_from(f"GIMP Palette\n{rows}".encode(), "grey")
    assert colour(palette, "cloth") == (count - 1,) * 3
    assert palette.colours[0] == (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("GIMP Palette\n1 2 3 skin\n1 2 nose\n", "line 3: 1 2 nose is no colour such as 224 176 144 skin"),
        ("GIMP Palette\n1 2 256 skin\n", "line 2: 1 2 256 skin is no colour such as 224 176 144 skin"),
        ("GIMP Palette\n1 2 3 skin\n4 5 6 tail\n", "line 3: tail: there is no such class"),
        ("GIMP Palette\n1 2 3 skin\n4 5 6 face skin\n", "line 3: face skin: skin has a colour already"),
        ("GIMP Palette\n1 2 3\n", "it has 1 colours, none of them named after a class"),
        ('{"skin": "#e0b090",\n "nose" "#123456"}', "line 2: it is neither JSON nor a GIMP palette"),
        ('{"skin": "pink"}', 'skin: "pink" is no colour; write it as "#e0b090" or [224, 176, 144]'),
        ('{"skin": [1, 2, true]}', "skin: [1, 2, true] is no colour"),
        ('{"skin": [1, 2, 256]}', "skin: [1, 2, 256] is no colour"),
        ('{"tail": "#123456"}', "tail: there is no such class; known are background, skin, nose"),
        ('{"skin": "#123456", "skin": "#123457"}', "skin is there twice"),
        ('{"skin": "#123456", "face_skin": "#123457"}', "face_skin: skin has a colour already"),
        ('{"colours": 3}', 'its "colours" is no table'),
        ("[]", "it is no table of classes and colours"),
        ("{}", "it has no colour for any class"),
        ("\x00", "line 1: it is neither JSON nor a GIMP palette"),
        ("[" * 100_000, "it is no JSON"),
    ],
)
def test_what_is_wrong_is_named(text, told) -> None:
    with pytest.raises(DamagedFileError) as refusal:
        palette_from(text.encode(), "x")
    assert told in str(refusal.value)


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "odd.gpl").write_bytes(b"GIMP \xff")
    with pytest.raises(
        DamagedFileError, match=r"^odd\.gpl is no palette that can be used: it is no text in UTF-8 \(byte 6"
    ):
        read_palette(tmp_path / "odd.gpl")


def test_names_of_built_in_palettes_are_taken() -> None:
    assert palette_from(b'{"nose": "102030"}', "native").name == "my-native"


def test_the_users_folder_lists_what_is_sound_and_tells_the_rest(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(json.dumps({"skin": "#000001"}))
    (tmp_path / "a.gpl").write_text(GPL)
    (tmp_path / "a.json").write_text(json.dumps({"skin": "#000001"}))
    (tmp_path / "c.json").write_text("[]")
    (tmp_path / "notes.txt").write_text("no palette")
    palettes, problems = user_palettes(tmp_path)
    assert [palette.name for palette in palettes] == ["a", "b"]
    assert [problem.split(" ", 1)[0] for problem in problems] == ["a.json", "c.json"]
    assert user_palettes(tmp_path / "none") == ([], [])


def test_a_palette_taken_replaces_the_one_of_its_name(tmp_path: Path) -> None:
    mine, elsewhere = tmp_path / "mine", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "calm.GPL").write_text(GPL)
    (elsewhere / "calm.json").write_text(json.dumps({"skin": "#000001"}))
    assert colour(take_palette(elsewhere / "calm.GPL", mine), "skin") == (224, 176, 144)
    assert colour(take_palette(elsewhere / "calm.json", mine), "skin") == (0, 0, 1)
    assert sorted(file.name for file in mine.iterdir()) == ["calm.json"]
    assert take_palette(mine / "calm.json", mine).name == "calm"
    (elsewhere / "bad.json").write_text("[]")
    with pytest.raises(DamagedFileError):
        take_palette(elsewhere / "bad.json", mine)
    assert sorted(file.name for file in mine.iterdir()) == ["calm.json"]
    assert len(user_palettes(mine)[0][0].colours) == len(CLASSES)


def test_a_large_table_with_a_repeat_is_refused_at_once() -> None:
    """Counting every key of such a file would hold the window for minutes."""
    rows = ",".join(f'"{number}":1' for number in range(60_000))
    started = time.perf_counter()
    with pytest.raises(DamagedFileError, match="59999 is there twice"):
        palette_from(f'{{{rows},"59999":2}}'.encode(), "large")
    assert time.perf_counter() - started < 5
