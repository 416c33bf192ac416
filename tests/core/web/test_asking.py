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


def test_everything_else_is_as_it_came() -> None:
    browser = answering()
    assert browser.get("/?q=%D1%97%20%25&q=").json == {"args": {"q": ["ї %", ""]}, "form": {}}
    assert browser.post("/", data={"text": "a\nb\t"}).json == {"args": {}, "form": {"text": ["a\nb\t"]}}
