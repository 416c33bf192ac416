"""Records of XML and JSON files, one at a time: the register of Ukraine."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from kartoteka.api.texts import Texts
from kartoteka_crm_clients.registers.reading import LONGEST_RECORD, Bounded, Record, bad_file, too_long

_ = Texts("crm_clients")

_PIECE = 64 * 1024
_RECORDS = frozenset({"SUBJECT", "RECORD"})
_MOST_SKIPPED = 1000


class _Checked:
    """The stream as the parser of XML reads it: it stops where a record does not end."""

    def __init__(self, stream: Bounded) -> None:
        self._stream = stream
        self.number = 1

    def read(self, size: int = _PIECE) -> bytes:
        self._stream.check_record(self.number)
        return self._stream.read(size) or b""


def xml_records(stream: Bounded) -> Iterator[Record]:
    """Read the records of an XML file; entities and document types are refused, so that nothing can grow."""
    source = _Checked(stream)
    try:
        events = iterparse(source, events=("start", "end"), forbid_dtd=True)
        _event, root = next(iter(events))
        depth = 1
        for event, element in events:
            depth += 1 if event == "start" else -1
            if event == "end" and depth == 1:
                if element.tag.upper() in _RECORDS:
                    yield Record(source.number, _texts(element))
                source.number += 1
                root.clear()
                stream.record_ended()
    except DefusedXmlException as error:
        raise bad_file(_("The file declares entities, which no register does. Nothing was changed.")) from error
    except (ParseError, StopIteration, LookupError, ValueError) as error:
        if not isinstance(error, ParseError):
            raise bad_file(_("This is no XML file of a register.")) from error
        line, column = error.position
        raise bad_file(
            _("The XML breaks off or is wrong in line %(line)s. Nothing was changed.", line=line, column=column)
        ) from error


def _texts(element: Element) -> dict[str, str]:
    return {child.tag.upper(): child.text or "" for child in element if not len(child)}


def json_records(stream: Bounded) -> Iterator[Record]:
    """Read the objects of a JSON list, or of one object a line."""
    decode, text = json.JSONDecoder().raw_decode, ""
    letters = codecs.getincrementaldecoder("utf-8-sig")(errors="surrogateescape")
    number, is_over = 0, False
    while True:
        text = text.lstrip(" \t\r\n,[") if number or text.lstrip()[:1] == "[" or not text.strip() else text.lstrip()
        try:
            found, end = decode(text)
        except (ValueError, RecursionError) as error:
            if is_over:
                if text.strip(" \t\r\n,[]"):
                    raise bad_file(
                        _("The JSON breaks off or is wrong in record %(number)s.", number=number + 1)
                    ) from error
                return
            if len(text) > LONGEST_RECORD:
                raise too_long(number + 1) from error
            piece = stream.read(_PIECE) or b""
            is_over = not piece
            text += letters.decode(piece, is_over)
            continue
        number, text = number + 1, text[end:]
        stream.record_ended()
        yield Record(number, _plain(found)) if isinstance(found, dict) else Record(number, {}, "columns")


def _plain(found: dict[str, Any]) -> dict[str, str]:
    return {str(name).upper(): str(value) for name, value in found.items() if isinstance(value, str | int)}
