"""Parts of the client's pages for features above: the frame of the card around a tab."""

from kartoteka.builtin.clients.card import render_card

__all__ = ["render_card"]
