"""Forms of roles, and the reading of the rights matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kartoteka.builtin.access.kinds import REACH_TITLES
from kartoteka.db.actor import Reach
from kartoteka.vocabulary.message import text as _
from kartoteka.web.fields import ChoiceField, LineField, YesNoField
from kartoteka.web.forms import Form

PREFIX = "right."
WAS = "was."
GRANTED, REFUSED, UNSET = "granted", "refused", ""
_MEANS = {GRANTED: True, REFUSED: False, UNSET: None}


class RoleForm(Form):
    """A role's name and whose records it sees."""

    title = LineField(_("Name"), required=True, max_length=100)
    reach = ChoiceField(
        _("Sees"),
        choices=tuple((value.value, title) for value, title in REACH_TITLES.items()),
        empty=None,
        default=Reach.OWN.value,
        help=_("Whose clients, and the work on them; the widest of a user's roles counts."),
    )
    needs_second_factor = YesNoField(
        _("Requires a second factor"),
        help=_("People with this role get to nothing else before they have set up codes of a phone or a passkey."),
    )


def read_rights(sent: Mapping[str, str], known: Iterable[str]) -> dict[str, bool | None]:
    """Return what was changed in the matrix; whatever else was sent is ignored.

    The page also sends what it showed (``was.``), so that two administrators who change different rights at once
    don't undo each other's work.
    """
    changed = {}
    for name in known:
        value = sent.get(PREFIX + name)
        if value in _MEANS and value != sent.get(WAS + name):
            changed[name] = _MEANS[value]
    return changed
