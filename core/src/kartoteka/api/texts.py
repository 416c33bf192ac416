"""Texts for people in their language, and texts cleaned and folded for storing and sorting."""

from kartoteka.vocabulary.message import Message, Texts, Translatable, speaking
from kartoteka.vocabulary.text import clean_block, clean_line, fold, no_value, sort_key

__all__ = ["Message", "Texts", "Translatable", "clean_block", "clean_line", "fold", "no_value", "sort_key", "speaking"]
