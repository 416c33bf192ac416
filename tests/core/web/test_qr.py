"""QR codes: known good ones, every size, and what doesn't fit."""

from __future__ import annotations

import hashlib

import pytest

from kartoteka.web.qr import TextTooLong, qr_grid, qr_picture

# Digests of codes that another implementation of ISO/IEC 18004 makes of the same text with the same mask.
KNOWN = {
    1: "12eefff1c5d2fb23",
    17: "ac72ca44eef5793e",
    32: "3193d92aec594580",
    53: "761721ab240d025c",
    78: "0da96a2388e913da",
    100: "f06052ae27532396",
    140: "ffdb59ecf7aa59b6",
    180: "08ba223f7fae2673",
    200: "0412b6e03e6a809d",
    240: "90a8322bc6eb030f",
    271: "10a0de7d2aa72eec",
}


def digest(text: str) -> str:
    lines = "\n".join("".join("01"[dark] for dark in line) for line in qr_grid(text))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


@pytest.mark.parametrize(("length", "known"), KNOWN.items())
def test_codes_are_those_of_the_standard(length: int, known: str) -> None:
    assert digest(("kartoteka " * 30)[:length]) == known


def test_letters_of_all_our_languages_are_bytes() -> None:
    assert qr_grid("Ąžuolas, Õ, Їжак") != qr_grid("Azuolas, O, Izak")


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(TextTooLong):
        qr_grid("x" * 272)


def test_the_picture_is_drawn_without_styles() -> None:
    picture = qr_picture('"><script>')
    assert picture.startswith("<svg")
    assert "style" not in picture
    assert "script" not in picture
