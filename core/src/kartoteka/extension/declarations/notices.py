"""What whoever makes something for a client should know."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.vocabulary.message import Translatable


@dataclass(frozen=True, kw_only=True)
class ClientNotice:
    """A notice about a client: a title, what it says line by line, and the page that it comes from.

    It informs and stops nothing; what speaks against a sale is a SaleObjection.
    """

    title: Translatable
    lines: tuple[Translatable, ...] = ()
    url: str = ""
    icon: str = "info-circle"
