"""Settings of one installation: from the environment, from one file, or the defaults."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from kartoteka.vocabulary.timezones import known_timezones

PREFIX = "KARTOTEKA_"
YES = frozenset({"1", "true", "yes", "on"})
LANGUAGES = ("en", "lt", "et", "uk", "ru")
LOGS = ("text", "json")
NO = frozenset({"", "0", "false", "no", "off"})


class BadSettings(ValueError):
    """A setting can't be used; the text says which one and what would do."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """Settings of one installation.

    ``database`` is an SQLAlchemy URL for SQLite or PostgreSQL; ``secret`` signs cookies and cursors and must be
    the same for all worker processes. ``instance`` is the folder with the embedded database and uploaded files,
    shared by all processes. ``files`` is where files and mails are kept when not there: another folder, or
    ``s3://bucket/prefix?endpoint=...``. ``https`` says that browsers reach the site through https, so that
    cookies are sent nowhere else. ``first_result`` names the module that answers a question two of them
    could answer. ``address`` is where browsers find the site, such as ``https://crm.company.lt``: mails carry
    links to it. ``push_hosts`` are further hosts, with commas, that push messages may go to.
    ``private_webhooks`` lets messages about changes go to machines of the private network, too.
    ``trusted_proxies`` is how many reverse proxies stand before the server.
    ``broker`` is the address of a message broker (``redis://...``, ``amqp://...``) that carries jobs to the workers of
    several machines; without one, workers look into the database. ``jobs_at_once`` is how many jobs `kartoteka worker`
    does at a time. ``metrics_token`` opens ``/metrics`` for whoever
    sends it as a bearer token; without one there is no such page. ``demo_user`` is the login that visitors of ``/demo``
    are let in with, without a password: for a company of made-up data only. ``log`` is how log lines are written: text
    or json.
    """

    database: str
    secret: str = field(repr=False)
    company: str = "Kartoteka"
    country: str = "LT"
    language: str = "en"
    timezone: str = "Europe/Vilnius"
    instance: str = "instance"
    files: str = ""
    https: bool = False
    address: str = ""
    push_hosts: str = ""
    trusted_proxies: int = 0
    broker: str = field(default="", repr=False)
    jobs_at_once: int = 1
    metrics_token: str = field(default="", repr=False)
    log: str = "text"
    private_webhooks: bool = False
    demo_user: str = ""
    pseudo_locale: bool = False
    first_result: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.secret) < 16:
            raise BadSettings(f"{PREFIX}SECRET must have at least 16 characters.")
        if self.log not in LOGS:
            raise BadSettings(f"{PREFIX}LOG must be one of {', '.join(LOGS)}.")
        if self.metrics_token and len(self.metrics_token) < 16:
            raise BadSettings(f"{PREFIX}METRICS_TOKEN must have at least 16 characters.")
        if len(self.country) != 2 or not self.country.isalpha():
            raise BadSettings(f"{PREFIX}COUNTRY must be a country code of two letters, such as LT.")
        if self.language not in LANGUAGES:
            raise BadSettings(f"{PREFIX}LANGUAGE must be one of {', '.join(LANGUAGES)}.")
        if self.timezone not in known_timezones():
            raise BadSettings(f"{PREFIX}TIMEZONE: there is no time zone {self.timezone!r}; try Europe/Vilnius.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, *, instance: Path | None = None) -> Config:
        """Read KARTOTEKA_* variables, then ``kartoteka.toml`` in the instance folder, then the defaults.

        The instance folder (KARTOTEKA_INSTANCE, else ``./instance``) also keeps the embedded database and a secret
        made on the first run. Raises BadSettings.
        """
        environment = os.environ if environment is None else environment
        instance = instance or Path(environment.get(f"{PREFIX}INSTANCE") or "instance")
        values: dict[str, Any] = _from_file(instance / "kartoteka.toml")
        for known in fields(cls):
            typed = environment.get(PREFIX + known.name.upper())
            if typed is not None:
                values[known.name] = _typed(known.name, known.type, typed)
        values["instance"] = str(instance)
        if not values.get("database"):
            values["database"] = f"sqlite:///{(_made(instance) / 'kartoteka.db').resolve()}"
        if not values.get("secret"):
            values["secret"] = _kept_secret(_made(instance) / "secret")
        return cls(**values)


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} can't be read: {error}") from error
    known = {each.name: each.type for each in fields(Config)}
    for name, value in values.items():
        if name not in known:
            raise BadSettings(f"{path}: there is no setting {name!r}. Known: {', '.join(sorted(known))}.")
        if (known[name] == "bool") != isinstance(value, bool) or (known[name] == "str") != isinstance(value, str):
            raise BadSettings(f"{path}: {name} has the wrong type; {known[name]} is wanted.")
    return values


def _typed(name: str, kind: Any, typed: str) -> Any:
    value = typed.strip()
    if kind == "bool":
        if value.lower() not in YES | NO:
            raise BadSettings(f"{PREFIX}{name.upper()} must be 1 or 0, not {typed!r}.")
        return value.lower() in YES
    if kind == "int":
        if not value.isdigit():
            raise BadSettings(f"{PREFIX}{name.upper()} must be a number, not {typed!r}.")
        return int(value)
    if name == "first_result":
        pairs = (pair.partition("=") for pair in value.split(",") if pair.strip())
        return {hook.strip(): module.strip() for hook, _sign, module in pairs}
    return value


def _made(instance: Path) -> Path:
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    return instance


def _kept_secret(path: Path) -> str:
    """Read the secret, made once; two processes that start together end up with the same one."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    for _attempt in range(50):
        if kept := path.read_text("utf-8").strip():
            return kept
        _wait()
    raise BadSettings(f"{path} is empty. Remove it, or set {PREFIX}SECRET.")


def _wait() -> None:
    import time

    time.sleep(0.02)
