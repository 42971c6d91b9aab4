"""Counts and reasons in few words, for buttons and banners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from app.faces.sample import SampleId

_NAMED = 2


def captions_in_words(count: int) -> str:
    """``1 caption``, ``214 captions``."""
    return told("1 caption") if count == 1 else told("{count} captions").format(count=f"{count:,}")


def samples_in_words(count: int) -> str:
    """``1 sample``, ``96 samples``."""
    return told("1 sample") if count == 1 else told("{count} samples").format(count=f"{count:,}")


def named_in_words(samples: Sequence[SampleId]) -> str:
    """``sample 17`` where it is one, else ``96 samples``."""
    if len(samples) == 1:
        return told("sample {sample}").format(sample=samples[0])
    return samples_in_words(len(samples))


def left_alone(skipped: Mapping[SampleId, str]) -> str:
    """How many samples were left as they are, and of the first of them why; empty where none was."""
    return _of_samples(told("{samples} left as they are ({named}{more})."), skipped)


def worth_a_look(noted: Mapping[SampleId, str]) -> str:
    """How many samples somebody should look at, and of the first of them why; empty where there is none."""
    return _of_samples(told("{samples} worth a look ({named}{more})."), noted)


def _of_samples(sentence: str, reasons: Mapping[SampleId, str]) -> str:
    if not reasons:
        return ""
    named = "; ".join(told("{sample}: {why}").format(sample=s, why=w) for s, w in list(reasons.items())[:_NAMED])
    more = ", …" if len(reasons) > _NAMED else ""
    return sentence.format(samples=samples_in_words(len(reasons)), named=named, more=more)


def told(text: str) -> str:
    """The text in the user's language."""
    return QCoreApplication.translate("Bulk", text)
