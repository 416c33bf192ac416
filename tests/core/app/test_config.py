"""Settings from the environment and from a file."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kartoteka.config import BadSettings, Config

SECRET = {"KARTOTEKA_SECRET": "a secret of enough characters"}


def test_without_settings_there_is_an_embedded_database_and_a_kept_secret(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    config = Config.from_environment({}, instance=instance)
    assert config.database == f"sqlite:///{instance / 'kartoteka.db'}"
    assert (config.country, config.language, config.timezone, config.https) == ("LT", "en", "Europe/Vilnius", False)
    assert config.secret == Config.from_environment({}, instance=instance).secret
    assert stat.S_IMODE((instance / "secret").stat().st_mode) == 0o600
    assert config.secret not in repr(config)


def test_nothing_is_written_when_everything_is_set(tmp_path: Path) -> None:
    settings = {**SECRET, "KARTOTEKA_DATABASE": "postgresql://localhost/x"}
    config = Config.from_environment(settings, instance=tmp_path / "instance")
    assert config.database == "postgresql://localhost/x"
    assert not (tmp_path / "instance").exists()


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "kartoteka.toml").write_text('company = "UAB Žuvėdra"\nhttps = true\nlanguage = "lt"\n', "utf-8")
    config = Config.from_environment({**SECRET, "KARTOTEKA_LANGUAGE": "et"}, instance=tmp_path)
    assert (config.company, config.https, config.language) == ("UAB Žuvėdra", True, "et")


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("SECRET", "short", "SECRET"),
        ("TIMEZONE", "Mars/Olympus", "TIMEZONE"),
        ("COUNTRY", "Lithuania", "COUNTRY"),
        ("HTTPS", "perhaps", "HTTPS"),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES"),
        ("LANGUAGE", "tlh", "LANGUAGE"),
    ],
)
def test_nonsense_in_the_environment_is_named(tmp_path: Path, name: str, value: str, complaint: str) -> None:
    with pytest.raises(BadSettings, match=complaint):
        Config.from_environment({**SECRET, f"KARTOTEKA_{name}": value}, instance=tmp_path)


@pytest.mark.parametrize("text", ["company = [", "compny = 'x'", "https = 'yes'", "company = 7", "\x00"])
def test_nonsense_in_the_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "kartoteka.toml").write_text(text, "utf-8")
    with pytest.raises(BadSettings, match=r"kartoteka\.toml"):
        Config.from_environment(SECRET, instance=tmp_path)


def test_answers_of_questions_are_chosen_by_pairs(tmp_path: Path) -> None:
    settings = {**SECRET, "KARTOTEKA_FIRST_RESULT": "active_modules=licence, next_number=series"}
    assert Config.from_environment(settings, instance=tmp_path).first_result == {
        "active_modules": "licence",
        "next_number": "series",
    }
