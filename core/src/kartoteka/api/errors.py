"""Errors that services raise: each becomes a message to the user, never a stack trace."""

from kartoteka.vocabulary.errors import Conflict, Forbidden, InvalidInput, NotFound, Problem, Refused

__all__ = ["Conflict", "Forbidden", "InvalidInput", "NotFound", "Problem", "Refused"]
