from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kartoteka.vocabulary.identifiers import email_address, phone, website


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("info@zuvedra.lt", "info@zuvedra.lt"),
        ("  Info@Zuvedra.LT ", "info@zuvedra.lt"),
        ("mailto:info@zuvedra.lt", "info@zuvedra.lt"),
        ("Rūta Žukė <ruta@zuvedra.lt>", "ruta@zuvedra.lt"),
        ("o'neil+crm_1@a-b.co.uk", "o'neil+crm_1@a-b.co.uk"),
        ("info@žuvėdra.lt", "info@žuvėdra.lt"),
        ("info@xn--uvdra-7za23e.lt", "info@žuvėdra.lt"),
        ("пошта@пример.укр", None),
        ("a@" + "b" * 63 + ".lt", "a@" + "b" * 63 + ".lt"),
        ("x" * 64 + "@zuvedra.lt", "x" * 64 + "@zuvedra.lt"),
        ("\u202ainfo@zuvedra.lt\u202c", "info@zuvedra.lt"),
    ],
)
def test_email(typed, value):
    found = email_address(typed)
    if value is None:
        assert found.is_unusual  # letters before the @ that many servers refuse
    else:
        assert (found.value, found.problem) == (value, None)


@pytest.mark.parametrize(
    "typed",
    [
        *("zuvedra.lt", "info@", "@zuvedra.lt", "a@b@c.lt", "a b@c.lt", ".a@b.lt", "a.@b.lt", "a..b@c.lt", "a@.lt"),
        *("a@b..lt", "a@-b.lt", "a@b-.lt", "a@b_c.lt", "a@b.123", "a@[127.0.0.1]", '"a b"@c.lt', "a(b)@c.lt"),
        *("x" * 65 + "@c.lt", "a@" + "b" * 64 + ".lt", "a@" + "b." * 130 + "lt", "x" * 10_000, "<script>@b.lt"),
        *(
            "a@b.lt\nBcc: c@d.lt",
            "a@b.lt c@d.lt",
            "ą" * 33 + "@b.lt",
            "Name <a@b.lt> x",
            "a@b,c",
            "a@" + "ž" * 62 + ".lt",
        ),
    ],
)
def test_no_email(typed):
    found = email_address(typed)
    assert found.is_error or (typed == "a@b,c" and found.is_unusual)
    assert str(found.problem).endswith(".")


@pytest.mark.parametrize(
    ("typed", "value"),
    [("a@b.lt; c@d.lt", "a@b.lt"), ("a@b.lt, c@d.lt", "a@b.lt"), ("info@localhost", "info@localhost")],
)
def test_unusual_email(typed, value):
    found = email_address(typed)
    assert (found.typed, found.value, found.severity) == (typed, value, "warning")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("zuvedra.lt", "https://zuvedra.lt"),
        ("www.Zuvedra.lt/", "https://www.zuvedra.lt"),
        ("HTTP://Zuvedra.LT/Apie?x=1#y", "http://zuvedra.lt/Apie?x=1#y"),
        ("//zuvedra.lt", "https://zuvedra.lt"),
        ("zuvedra.lt:8080/x", "https://zuvedra.lt:8080/x"),
        ("https://žuvėdra.lt/apie", "https://žuvėdra.lt/apie"),
        ("https://192.168.0.1/", "https://192.168.0.1"),
        ("https://uk.wikipedia.org/wiki/Київ_(місто)", "https://uk.wikipedia.org/wiki/Київ_(місто)"),
    ],
)
def test_website(typed, value):
    found = website(typed)
    assert (found.value, found.problem) == (value, None)


@pytest.mark.parametrize(
    "typed",
    [
        *("javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", " \x01javascript:alert(1)"),
        *("data:text/html,<b>", "vbscript:x", "file:///etc/passwd", "ftp://a.lt", "mailto:a@b.lt", "info@zuvedra.lt"),
        *("https://bank.lt@evil.lt", "https://a b.lt", "https://", "https:///x", "https://a..lt", "https://-a.lt"),
        *("https://a.lt:99999", "https://a.lt\\@evil.lt", 'a.lt"onclick="x', "a.lt<script>", "x" * 501, "http:a.lt"),
        *("https://1.2.3", "https://[::1]", "https://[x", "https://a.lt?<>", "https://a_b.lt"),
    ],
)
def test_no_website(typed):
    found = website(typed)
    assert found.is_error
    assert found.value is None
    assert str(found.problem).endswith(".")


def test_website_without_a_dot_is_unusual():
    assert (website("intranet").value, website("intranet").severity) == ("https://intranet", "warning")


@given(st.text(st.characters(), max_size=60) | st.from_regex(r"\A[a-z]{1,11}:[/a-z.@:0-9]{0,20}\Z"))
def test_a_link_always_leads_to_the_web(text):
    found = website(text)
    assert found.value is None or found.value.startswith(("https://", "http://"))
    assert not set(found.value or "") & set(' \t\n<>"\\')
    assert (found.problem is None) == (found.severity is None)


@given(st.text(st.characters(), max_size=60) | st.emails())
def test_any_text_gets_an_answer_about_email(text):
    found = email_address(text)
    assert (found.problem is None) == (found.severity is None)
    if found.value:
        assert found.value.count("@") == 1
        assert not set(found.value) & set(" \r\n<>,;\x00")
        again = email_address(found.value)
        assert (again.value, again.is_error) == (found.value, False)


@pytest.mark.parametrize(
    ("typed", "region", "e164", "national"),
    [
        ("+370 612 34567", "LT", "+37061234567", "(0-612) 34567"),
        ("+370 612 34567", "EE", "+37061234567", "+370 612 34567"),
        ("8 612 34567", "lt", "+37061234567", "(0-612) 34567"),
        ("mob.: 8-612-34567 (Rūta)", "LT", "+37061234567", "(0-612) 34567"),
        ("00370 612 34567", "LT", "+37061234567", "(0-612) 34567"),
        ("0037061234567", None, "+37061234567", "+370 612 34567"),
        ("+370 (0) 612 34567", "LT", "+37061234567", "(0-612) 34567"),
        ("8 5 212 3456 vid. 12", "LT", "+37052123456", "(0-5) 212 3456"),
        ("8 5 212 3456 ext 12", "LT", "+37052123456", "(0-5) 212 3456"),
        ("5123 4567", "EE", "+37251234567", "5123 4567"),
        ("(044) 234-56-78", "UA", "+380442345678", "044 234 5678"),
        ("044 234 56 78 доб. 5", "UA", "+380442345678", "044 234 5678"),
        ("29 123 456", "LV", "+37129123456", "29 123 456"),
        ("612 345 678", "PL", "+48612345678", "61 234 56 78"),
        ("\u202a+370 612 34567\u202c", "LT", "+37061234567", "(0-612) 34567"),
        ("+３７０ 612 34567", "LT", "+37061234567", "(0-612) 34567"),
    ],
)
def test_phone(typed, region, e164, national):
    found = phone(typed, region)
    assert (found.e164, found.value, found.national, found.problem) == (e164, e164, national, None)
    assert found.e164 is not None
    assert found.e164.endswith(found.significant)


@pytest.mark.parametrize(
    ("typed", "region", "e164", "words"),
    [
        ("8 612 34567, 8 5 212 3456", "LT", "+37061234567", "several numbers"),
        ("861234567; 852123456", "LT", "+37061234567", "several numbers"),
        ("112", "LT", None, "short"),
        ("8 612 3456789012", "LT", None, "begin with +"),
        ("61234567", None, None, "begin with +"),
        ("+370 612 345 67890", "LT", None, "after the plus"),
        ("+999 123 4567", "LT", None, "after the plus"),
        ("+370 012 34567", "LT", "+37001234567", "No such numbers"),
        ("61234567", "XX", None, "begin with +"),
    ],
)
def test_unusual_phones_are_kept(typed, region, e164, words):
    found = phone(typed, region)
    assert (found.typed, found.e164, found.severity) == (typed, e164, "warning")
    assert words in str(found.problem)
    assert found.national


@pytest.mark.parametrize("typed", ["ask Rūta", "+y", "6" * 101, "x" * 10_000])
def test_no_phone(typed):
    found = phone(typed, "LT")
    assert (found.is_error, found.e164) == (True, None)
    assert str(found.problem).endswith(".")


@pytest.mark.parametrize("check", [email_address, website, lambda text: phone(text, "LT")])
@pytest.mark.parametrize("text", ["", None, "-", "0", "nėra", "N/A", "немає"])
def test_no_address_is_no_problem(check, text):
    found = check(text)
    assert (found.value, found.problem, found.severity) == (None, None, None)


@given(st.text(st.characters(), max_size=60) | st.text("+0123456789 ()-./,;x", max_size=30))
def test_any_text_gets_an_answer_about_phones(text):
    found = phone(text, "LT")
    assert (found.problem is None) == (found.severity is None)
    if found.e164:
        assert found.e164.startswith("+")
        assert found.e164[1:].isdigit()
        assert phone(found.e164, None).e164 == found.e164
