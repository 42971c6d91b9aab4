"""The command line keeps its promises: one JSON document, fixed keys, exit statuses, and text that stays text."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from app import __version__
from app.__main__ import main
from app.cli import selection
from app.cli.captions import VERBS
from app.cli.parser import CAPTION_VERBS, parse
from app.cli.reasons import reason
from app.cli.terminal import Bar, plain, table
from app.faces.errors import SampleNotFoundError
from tests.tiny_dataset import EVERYTHING, contents, write

COMMANDS = (
    "open demo info show search render export patch captions attributes grammar sources fetch keys formats schemes"
    " recover undo restore sketch verify"
).split()


@pytest.fixture
def dataset(tmp_path: Path) -> str:
    return str(write(tmp_path / "faces", EVERYTHING))


def test_a_misspelt_option_shows_how_the_command_is_used(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", dataset, "17", "17.png", "--panel", "photo"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("usage: facewright render")
    assert told.endswith("facewright render: error: unrecognized arguments: --panel photo\n")


def test_captions_of_a_folder_are_checked_in_either_order(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["captions", dataset, "check"], ["captions", "check", dataset]):
        assert parse([*words, "--ids", "17"]).dataset == Path(dataset)
    with pytest.raises(SystemExit) as wanted:
        parse(["captions", "check", "--ids", "17", dataset])
    assert wanted.value.code == 2
    told = f"facewright captions {dataset} check --ids 17"
    assert capsys.readouterr().err.endswith(f"the folder comes first: {told}\n")
    assert parse(told.split()[1:]).verb == "check"
    with pytest.raises(SystemExit):
        parse(["captions", "check"])
    assert capsys.readouterr().err.endswith("the folder comes first: facewright captions DATASET check\n")


def test_the_verbs_of_captions_are_those_of_the_grammar() -> None:
    assert tuple(VERBS) == CAPTION_VERBS


def test_a_table_whose_columns_have_other_names_is_asked_for_them(
    dataset: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for header, option in (("who,caption", "--id-column"), ("id,what", "--caption-column")):
        file = tmp_path / "captions.csv"
        file.write_text(f"{header}\n17,A face.\n")
        assert main(["captions", dataset, "import", str(file), "--dry-run"]) == 2
        assert capsys.readouterr().err.endswith(f"({option} NAME)\n")


def document(capsys: pytest.CaptureFixture[str]) -> Any:
    captured = capsys.readouterr()
    assert captured.err == ""
    return json.loads(captured.out)


def test_info_tells_counts_under_fixed_keys(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", dataset, "--json"]) == 0
    told = document(capsys)
    keys = ["layout", "scheme", "paint_order", "samples", "modalities", "classes", "splits", "warnings"]
    assert list(told) == keys
    assert (told["layout"], told["scheme"], told["samples"]) == ("mm-celeba-hq", "celebamask-hq", 3)
    expected = {"photo": 3, "mask": 3, "sketch": 1, "captions": 2, "attributes": 3, "pose": 3}
    assert told["modalities"] == expected
    assert {name: count for name, count in told["classes"].items() if count} == {
        "skin": 3,
        "nose": 1,
        "l_eye": 1,
        "hair": 1,
    }
    assert len(told["classes"]) == len(told["paint_order"]) == 18
    assert told["splits"] == {"train": 1, "test": 1}
    assert told["warnings"] == []


def test_info_names_what_it_could_not_use_and_makes_the_status_1(
    dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (Path(dataset) / "CelebA-HQ-img" / "Thumbs.db").write_bytes(b"x")
    assert main(["info", dataset]) == 1
    assert "Thumbs.db" in capsys.readouterr().err


def test_info_tells_the_first_flaws_of_a_kind_and_how_many_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.formats.drawn import jpeg

    files = {f"image/{n}.jpg": jpeg() for n in range(6)} | {f"label/{n}.png": b"no picture" for n in range(6)}
    assert main(["info", str(write(tmp_path / "d", files)), "--layout", "mm-celeba-hq"]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning: ")]
    assert [line.split(": ")[1] for line in told if "label/" in line] == ["label/0.png", "label/1.png", "label/2.png"]
    assert "warning: 3 more like the last one; --json lists them all" in told


def test_info_reads_index_masks_for_their_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.formats.drawn import MULTI_MODAL

    assert main(["info", str(write(tmp_path / "d", MULTI_MODAL)), "--json"]) == 0
    assert {name: n for name, n in document(capsys)["classes"].items() if n} == {"skin": 1, "hair": 1}


def test_info_compares_with_the_released_set(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", dataset, "--complete", "--json"]) == 1
    told = document(capsys)["complete"]
    assert list(told) == ["is_complete", "reference", "checked", "counts", "troubles", "notes"]
    assert (told["is_complete"], told["troubles"]) == (False, [])
    counts = told["counts"]
    assert (counts["samples"]["found"], counts["samples"]["official"]) == (3, 30000)
    assert (counts["hat"]["found"], counts["hat"]["official"]) == (0, 1284)
    assert counts["captions"]["missing"] == ["1–16", "18–29999"]
    assert (counts["caption lines"]["found"], counts["caption lines"]["official"]) == (20, 300_000)


def test_looking_changes_nothing(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["info", dataset, "--complete"], ["show", dataset, "17"], ["info", dataset, "--json"]):
        main(command)
    assert contents(Path(dataset)) == EVERYTHING
    assert not (Path(dataset) / ".facewright").exists()


def test_show_tells_one_sample_under_fixed_keys(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", dataset, "17", "--json"]) == 0
    told = document(capsys)
    assert list(told) == "id photo mask sketch captions attributes pose split review".split()
    assert (told["id"], told["photo"], told["sketch"]) == ("17", "CelebA-HQ-img/17.jpg", "sketch/17.png")
    assert list(told["mask"]) == ["scheme", "size", "classes", "flattened"]
    assert told["mask"]["size"] == [32, 32]
    assert (told["mask"]["classes"]["skin"], told["mask"]["classes"]["hair"]) == (576, 100)
    assert told["mask"]["flattened"]["skin"] == 576 - 64 - 16
    assert sum(told["mask"]["flattened"].values()) == 32 * 32
    assert told["captions"][2] == "She has feature 2. "
    assert told["attributes"]["Smiling"] is True
    assert told["attributes"]["5_o_Clock_Shadow"] is False
    assert told["pose"] == {"yaw": 1.0, "pitch": 2.0, "roll": 3.0}
    assert (told["split"], told["review"]) == ("train", None)


def test_a_sample_without_a_modality_says_null(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", dataset, "2001", "--json"]) in {0, 1}
    told = json.loads(capsys.readouterr().out)
    assert (told["sketch"], told["captions"], told["split"]) == (None, [], None)


def test_a_damaged_file_is_named_and_makes_the_status_1(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    photo = Path(dataset) / "CelebA-HQ-img/17.jpg"
    photo.write_bytes(photo.read_bytes()[:200])
    assert main(["show", dataset, "17", "--json"]) == 1
    captured = capsys.readouterr()
    assert "17.jpg" in captured.err
    assert json.loads(captured.out)["id"] == "17"


def test_text_from_files_cannot_steer_the_terminal(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "a\x1b]0;owned\x07 \x9b31m \u202egnp\u200b é"
    (Path(dataset) / "text/celeba-caption/17.txt").write_bytes("\n".join([hostile] * 10).encode())
    assert main(["show", dataset, "17"]) == 0
    out = capsys.readouterr().out
    assert not set(out) & set("\x1b\x07\x9b\u202e\u200b")
    assert r"a\x1b]0;owned\x07 \x9b31m \u202egnp\u200b é" in out
    assert main(["show", dataset, "17", "--json"]) == 0
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert json.loads(printed)["captions"] == [hostile] * 10


def test_plain_keeps_what_people_write() -> None:
    assert plain("Naïve – 髪 👩") == "Naïve – 髪 👩"
    assert plain("tab\tline\nend") == r"tab\x09line\x0aend"


@pytest.mark.parametrize("command", ["formats", "schemes"])
def test_lists_have_a_line_and_an_entry_each(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--json"]) == 0
    names = [entry["name"] for entry in document(capsys)]
    assert "celebamask-hq" in names
    assert main([command]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == names


def test_keys_lists_the_action_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "--json"]) == 0
    rows = document(capsys)
    assert all(list(row) == ["id", "text", "menu", "keys"] for row in rows)
    assert {"id": "file.save", "text": "Save", "menu": "File", "keys": ["Ctrl+S"]} in rows


def test_render_writes_a_picture_and_says_so(dataset: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "17.png"
    assert main(["render", dataset, "17", str(output), "--json"]) == 0
    told = document(capsys)
    assert told["picture"] == str(output)
    assert output.read_bytes().startswith(b"\x89PNG")
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["17.png"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert f"example: facewright {command}" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"facewright {__version__}\n"


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (["inof"], "did you mean info?"),
        (["info"], "DATASET"),
        (["info", ".", "--nonsense"], "--nonsense"),
        (["render", ".", "1", "o.png", "--panels", "photo,nose"], "no panel nose"),
        (["render", ".", "1", "o.png", "--opacity", "2"], "no number from 0 to 1"),
    ],
)
def test_wrong_usage_is_2(argv: list[str], word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    assert word in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["info", "{}/nowhere"], "nowhere"),
        (["info", "{}", "--layout", "yolo"], "yolo"),
        (["info", "{}", "--scheme", "rainbow"], "rainbow"),
        (["show", "{}", "4711"], "4711"),
        (["render", "{}", "17", "{}/no/such/folder/o.png"], "No such file"),
    ],
)
def test_what_cannot_be_done_is_3_and_one_line(
    arguments: list[str], word: str, dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([argument.format(dataset) for argument in arguments]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("facewright: ")
    assert word in captured.err


def test_debug_shows_the_traceback(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", dataset, "4711", "--debug"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_a_folder_alone_and_nothing_at_all_mean_open(tmp_path: Path) -> None:
    assert parse([]).command == "open"
    assert parse([]).dataset is None
    opened = parse([str(tmp_path)])
    assert (opened.command, opened.dataset) == ("open", tmp_path)


def test_open_tells_the_window_everything_it_was_told(dataset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setenv("DISPLAY", ":0")
    window = types.ModuleType("app.ui.app")
    window.run = lambda *args, **options: told.append((args, options)) or 7  # type: ignore[attr-defined, func-returns-value]
    window.run_demo = lambda *args: told.append(args) or 8  # type: ignore[attr-defined, func-returns-value]
    monkeypatch.setitem(sys.modules, "app.ui.app", window)
    assert main(["open", dataset, "--sample", "17", "--layout", "celebamask-hq", "--scheme", "farl"]) == 7
    assert main([dataset]) == 7
    assert main(["demo", "somewhere"]) == 8
    assert told == [
        ((Path(dataset), "17"), {"layout": "celebamask-hq", "scheme": "farl"}),
        ((Path(dataset), None), {"layout": None, "scheme": None}),
        (Path("somewhere"),),
    ]


def test_without_a_display_open_says_what_works(
    dataset: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if sys.platform != "linux":
        pytest.skip("elsewhere there is always a display")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([dataset]) == 3
    assert "demo --offscreen work without one" in capsys.readouterr().err


def test_a_missing_system_library_is_told_as_such() -> None:
    error = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    assert reason(error).startswith("Qt needs a system library that is not here (libEGL.so.1:")


def test_ctrl_c_is_130(dataset: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from app.cli import commands

    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(commands.HANDLERS, "info", interrupted)
    assert main(["info", dataset]) == 130
    assert capsys.readouterr().err == "facewright: stopped\n"


def test_a_reader_that_has_seen_enough_is_no_error(dataset: str) -> None:
    command = f"{sys.executable} -m app show {dataset} 17 | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "sample 17\n", "")


@pytest.mark.parametrize(
    "argv", [["info", "{}"], ["show", "{}", "17"], ["formats"], ["render", "{}", "17", "{}/../o.png"]]
)
def test_commands_never_load_qt(argv: list[str], dataset: str) -> None:
    code = (
        "import sys; from app.__main__ import main; status = main(sys.argv[1:]);"
        "sys.exit(status or 9 * any(name.split('.')[0] in ('PySide6', 'shiboken6') for name in sys.modules))"
    )
    words = [word.format(dataset) for word in argv]
    assert subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=False).returncode == 0


def test_the_way_to_the_window_is_light() -> None:
    code = (
        "import sys, app.__main__; from app.cli.parser import parse; parse([]);"
        "print('numpy' in sys.modules, 'cv2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


IDS = ["0", "17", "21", "22", "25", "face-7"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17", ["17"]),
        ("17,21-25", ["17", "21", "22", "25"]),
        ("0 face-7", ["0", "face-7"]),
        ("20-24,\n0", ["21", "22", "0"]),
    ],
)
def test_ids_and_ranges(text: str, expected: list[str]) -> None:
    assert selection.expanded(text, IDS) == expected


@pytest.mark.parametrize("text", ["18", "1-9", "²-³", "17,nobody", "25-21"])
def test_ids_that_are_not_there_are_refused(text: str) -> None:
    with pytest.raises(SampleNotFoundError):
        selection.expanded(text, IDS)


def test_selections_narrow_each_other(dataset: str, tmp_path: Path) -> None:
    from app.formats import open_store

    listed = tmp_path / "ids.txt"
    listed.write_text("0\n17\n")
    store = open_store(Path(dataset))

    def chosen(ids: str | None, file: Path | None, split: str | None) -> list[str] | None:
        return selection.selected(argparse.Namespace(ids=ids, ids_file=file, split=split), store)  # type: ignore[return-value]

    assert chosen(None, None, None) is None
    assert chosen("0-3000", None, None) == ["0", "17", "2001"]
    assert chosen("17,2001", listed, None) == ["17"]
    assert chosen(None, listed, "test") == ["0"]


def test_the_bar_tells_rate_and_remaining_time() -> None:
    assert Bar("read").line(6, 24, 2.0, "17\x1b") == r"read [######                  ] 6/24  3.0/s  6 s left  17\x1b"
    assert Bar("read").line(0, 0, 0.0) == "read [                        ] 0/0"


def test_tables_align_and_escape() -> None:
    assert table([("a", "1"), ("bcd", "2\x07")]) == ["  a    1", r"  bcd  2\x07"]
    assert table([]) == []


@pytest.fixture
def edited(dataset: str) -> str:
    """The dataset after a saved edit of sample 17's mask, captions and attributes."""
    from app import open_dataset

    with open_dataset(dataset) as ds:
        ds["17"].captions[0] = "Changed."
        ds["17"].attributes["Smiling"] = False
        mask = ds["17"].mask
        assert mask is not None
        mask.layers["hair"] = mask.layers["skin"]
        ds.save()
    return dataset


def test_verify_and_recover_of_a_sound_dataset(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", dataset, "--json"]) == 0
    told = document(capsys)
    keys = "sound folder exists objects object_bytes saves interrupted_saves problems".split()
    assert list(told) == keys
    assert (told["sound"], told["exists"]) == (True, False)
    assert main(["recover", dataset, "--json"]) == 0
    keys = "finished dropped refused messages unsaved applied discarded skipped".split()
    assert document(capsys) == {key: [] for key in keys}
    assert contents(Path(dataset)) == EVERYTHING


def test_recover_names_edits_that_were_never_saved(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    from app import open_dataset

    with open_dataset(dataset) as ds:
        ds["17"].captions[0] = "Not saved."
    assert main(["recover", dataset, "--json"]) == 1
    (offer,) = document(capsys)["unsaved"]
    assert (offer["sample"], offer["steps"], offer["conflict"]) == ("17", 1, None)
    assert contents(Path(dataset)) == EVERYTHING


@pytest.mark.parametrize("word", ["--apply", "--drop"])
def test_edits_that_were_never_saved_are_decided_on_without_a_window(
    dataset: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from app import open_dataset

    with open_dataset(dataset) as ds:
        ds["17"].captions[0] = ds["0"].captions[0] = "Nor this."
    assert main(["recover", dataset, "--ids", "17", "--quiet"]) == 2
    assert main(["recover", dataset, word, "--ids", "17", "--quiet"]) == 1
    capsys.readouterr()
    with open_dataset(dataset) as ds:
        said = ds["17"].captions[0]
        assert [offer.sample for offer in ds.document.recovered()] == ["0"]
    assert (said == "Nor this.") == (word == "--apply")
    assert main(["recover", dataset, word, "--json"]) == 0
    told = document(capsys)
    assert (told["applied"], told["discarded"]) == ((["0"], []) if word == "--apply" else ([], ["0"]))
    assert main(["captions", dataset, "replace", "--find", "this", "--by", "that", "--json", "--quiet"]) == 0
    assert document(capsys)["skipped"] == []


def test_of_several_versions_that_were_never_saved_the_newest_is_saved_and_the_older_named(
    dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from app import open_dataset

    for text in ("Not saved.", "Nor this."):
        with open_dataset(dataset) as ds:
            ds["17"].captions[0] = text
    assert main(["recover", dataset, "--apply", "--json", "--quiet"]) == 1
    told = document(capsys)
    assert told["applied"] == ["17"]
    assert "older edits were never saved either" in told["skipped"][0]["why"]
    assert main(["recover", dataset, "--drop", "--quiet"]) == 0
    with open_dataset(dataset) as ds:
        assert ds["17"].captions[0] == "Nor this."
        assert ds.document.recovered() == ()


def test_restore_brings_the_original_bytes_back(edited: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert contents(Path(edited)) != EVERYTHING
    assert main(["restore", edited, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["restored", "skipped"]
    assert len(told["restored"]) == 3
    assert contents(Path(edited)) == EVERYTHING
    assert main(["verify", edited, "--quiet"]) == 0


def test_restore_of_some_samples_names_what_it_leaves(edited: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["restore", edited, "--ids", "17", "--json"]) in {0, 1}
    assert "text/celeba-caption/17.txt" in json.loads(capsys.readouterr().out)["restored"]
    assert main(["restore", edited, "--file", "photos/never.png", "--json"]) == 1
    assert "photos/never.png" in capsys.readouterr().err


def test_verify_finds_a_spoiled_original(edited: str, capsys: pytest.CaptureFixture[str]) -> None:
    kept = next(path for path in (Path(edited) / ".facewright/objects").glob("??/*") if path.stat().st_size > 50)
    kept.chmod(0o644)
    kept.write_bytes(b"spoiled")
    assert main(["verify", edited, "--json"]) == 1
    told = document(capsys)
    assert told["sound"] is False
    assert any(kept.name in problem for problem in told["problems"])
