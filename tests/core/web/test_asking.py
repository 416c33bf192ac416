"""What a request asks for and brings is text that both databases hold."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from kartoteka.web.asking import ShellRequest


def answering() -> FlaskClient:
    """Return a browser of an application that says what it was asked."""
    app = Flask(__name__)
    app.request_class = ShellRequest

    @app.route("/", methods=["GET", "POST"])
    def tell() -> dict[str, object]:
        from flask import request

        return {"args": request.args.to_dict(flat=False), "form": request.form.to_dict(flat=False)}

    return app.test_client()


def test_nul_is_taken_out_of_addresses_and_forms() -> None:
    browser = answering()
    asked = browser.get("/?a%00b=1%00&a%00b=%002&c=x").json
    assert asked == {"args": {"ab": ["1", "2"], "c": ["x"]}, "form": {}}
    brought = browser.post("/", data={"name": "U\x00AB", "more": ["\x00", "x"]}).json
    assert brought == {"args": {}, "form": {"name": ["UAB"], "more": ["", "x"]}}
    parts = browser.post("/", data={"name": "U\x00AB"}, content_type="multipart/form-data").json
    assert parts is not None
    assert parts["form"] == {"name": ["UAB"]}


def test_a_part_without_a_name_is_none_of_the_form() -> None:
    part = b"--b\r\nContent-Disposition: form-data; %s\r\n\r\nx\r\n"
    names = [b'name="known"', b'name="%0D\xf0\x99\x8e\x90i"', b'named="y"', b'name="\\"']
    body = b"".join(part % one for one in names) + b"--b--\r\n"
    brought = answering().post("/", data=body, content_type="multipart/form-data; boundary=b")
    assert brought.status_code == 200
    assert brought.json["form"]["known"] == ["x"]
    assert None not in brought.json["form"]


def test_everything_else_is_as_it_came() -> None:
    browser = answering()
    assert browser.get("/?q=%D1%97%20%25&q=").json == {"args": {"q": ["ї %", ""]}, "form": {}}
    assert browser.post("/", data={"text": "a\nb\t"}).json == {"args": {}, "form": {"text": ["a\nb\t"]}}
