"""Files that are not what their name says: what a download or a clone left in the place of the data.

Google Drive answers large downloads with a web page that warns of unscanned viruses, and download scripts save it as
``list_attr_celeba.txt`` or ``000001.jpg``; a clone without Git LFS has a three-line pointer in place of each file.
"""

from __future__ import annotations

import codecs

_LFS = b"version https://git-lfs"
_WEB_PAGE = (b"<!doctype html", b"<html", b"<head", b"<?xml", b"<body")
_DRIVE = (b"virus scan warning", b"google drive", b"drive.google.com", b"quota exceeded", b"download_warning")
HEAD = 4096
"""Bytes from a file's beginning that are enough to tell."""


def impostor(data: bytes) -> str | None:
    """What the file is instead and what to do about it, in a sentence that goes on after the file's name; else None.

    The first ``HEAD`` bytes are enough.
    """
    head = data[:HEAD].removeprefix(codecs.BOM_UTF8)
    if not head:
        return "it is empty; download it again"
    if head.startswith(_LFS):
        return "it is a Git LFS pointer, not the file itself; run git lfs pull where it was cloned"
    text = head.lstrip().lower()
    if text.startswith(_WEB_PAGE):
        if any(words in text for words in _DRIVE):
            return (
                "it is a web page of Google Drive (a virus scan warning or a used-up quota), not the file; download it"
                " again in a browser and confirm there, or with gdown"
            )
        return "it is a web page saved under this name, not the file; download it again from where the page leads"
    if head.startswith((b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c")) and b"\0" in head:
        return "it is an archive under this name; unpack it"
    return None
