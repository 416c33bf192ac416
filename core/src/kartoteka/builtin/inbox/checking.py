"""``kartoteka inbox check FOLDER``: how much of real mails is read without loss, and why the rest is not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from kartoteka.builtin.inbox.parsing.mail import read_mail
from kartoteka.builtin.inbox.parsing.tnef import is_tnef
from kartoteka.builtin.inbox.wording import LOSSES, PROBLEMS
from kartoteka.vocabulary.incoming import IncomingMail

_MBOX = re.compile(rb"(?:\A|\n\n)(?=From [^\n]{3,200}\d{4}[^\n]{0,20}\n)")
_SIDE_FILES = re.compile(r"(?i)(readme|licen[cs]e|index)[^/]*$|\.(md|py|rb|json)$")
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:>?From [^\r\n]*\r?\n)?[!-9;-~]{1,76}[ \t]*:")
"""The first header field of a mail (RFC 5322, 3.6.8 and 4.5), after the line that a mbox puts before it."""
LARGEST_FILE = 200_000_000


@dataclass
class Checked:
    """What was found in a folder; ``others`` are files that are no mails and are left out of the share."""

    mails: int = 0
    whole: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    files: int = 0
    lost: list[tuple[str, list[str]]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """The share of mails read without loss, in percent."""
        return 100 * self.whole / self.mails if self.mails else 100.0


def check_folder(folder: Path) -> Checked:
    """Read every mail in a folder and its folders: single mails and mbox files; nothing is stored."""
    found = Checked()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _SIDE_FILES.search(path.name):
            for number, raw in enumerate(_mails_in(path), 1):
                _note(
                    found, f"{path.relative_to(folder)}#{number}" if number > 1 else str(path.relative_to(folder)), raw
                )
    return found


def _mails_in(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        raw = file.read(LARGEST_FILE)
    if not raw.startswith(b"From ") or len(_MBOX.findall(raw)) < 2:
        yield raw
        return
    starts = [one.end() for one in _MBOX.finditer(raw)]
    for start, end in zip(starts, [*starts[1:], len(raw)], strict=True):
        yield raw[start:end]


def _note(found: Checked, name: str, raw: bytes) -> None:
    if not _looks_like_mail(name, raw):
        found.others.append(name)
        return
    mail, files = read_mail(raw)
    found.mails += 1
    found.kinds[mail.kind] += 1
    found.files += len(files)
    found.remarks.update(one for one in mail.problems if one not in LOSSES)
    losses = [one for one in mail.problems if one in LOSSES]
    if not losses and _cannot_be_stored(mail):
        losses = ["lost_signs"]
    if losses:
        found.lost.append((name, losses))
    else:
        found.whole += 1


def _looks_like_mail(name: str, raw: bytes) -> bool:
    """Tell whether a file is to be counted: one that is called a mail, or begins like one or like a file of Outlook."""
    return name.lower().partition("#")[0].endswith(".eml") or is_tnef(raw) or _BEGINS.match(raw[:4096]) is not None


def _cannot_be_stored(mail: IncomingMail) -> bool:
    texts = (mail.subject, mail.text, mail.html, *(one.name for one in mail.attachments))
    return any("\0" in one or one != one.encode("utf-8", "replace").decode() for one in texts)


@click.command("check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--least", type=click.FloatRange(0, 100), default=0, help="End with 1 when the share is lower (percent).")
def check(folder: Path, least: float) -> None:
    """Read all mails in FOLDER, and say which share keeps its whole text and all files; name the others.

    Single mails and mbox files are read, files of other sorts are named and not counted. Nothing is stored or sent.
    """
    found = check_folder(folder)
    click.echo(f"{found.mails} mails with {found.files} files.")
    click.echo("Sorts: " + ", ".join(f"{kind} {number}" for kind, number in sorted(found.kinds.items())))
    for problem, number in sorted(found.remarks.items()):
        click.echo(f"{number}: {PROBLEMS[problem]}")
    click.echo(f"Read without loss: {found.whole} of {found.mails} ({found.share:.2f} %).")
    for name, losses in found.lost:
        click.echo(f"  {name}: " + " ".join(str(PROBLEMS[one]) for one in losses))
    if found.others:
        click.echo(f"Files that are no mails and were not counted: {len(found.others)}.")
    for name in found.others:
        click.echo(f"  {name}")
    if found.share < least:
        raise SystemExit(1)
