"""How grants and refusals add up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kartoteka.builtin.access.rules import Origin, RoleRights, decide, decide_all, widest_reach
from kartoteka.db.actor import Reach


def role(title: str = "Seller", *, reach: Reach = Reach.OWN, everything: bool = False, **rights: bool) -> RoleRights:
    return RoleRights(role_id=1, title=title, reach=reach, all_permissions=everything, rights=rights)


def test_nothing_written_down_means_no() -> None:
    decision = decide("view", {}, [role()])
    assert (decision.granted, decision.origin) == (False, Origin.NOTHING)


def test_a_users_own_entry_beats_his_roles() -> None:
    assert decide("view", {"view": False}, [role(view=True)]).origin is Origin.USER
    assert not decide("view", {"view": False}, [role(view=True)]).granted
    assert decide("view", {"view": True}, [role(view=False)]).granted


def test_a_roles_refusal_beats_another_roles_grant_and_is_named() -> None:
    decision = decide("view", {}, [role("Seller", view=True), role("Trainee", view=False)])
    assert not decision.granted
    assert decision.roles == ("Trainee",)


def test_a_role_with_every_right_has_rights_that_come_later_unless_they_are_refused() -> None:
    assert decide("not_known_yet", {}, [role("Boss", everything=True)]).roles == ("Boss",)
    assert not decide("view", {}, [role("Boss", everything=True, view=False)]).granted


def test_a_right_without_those_it_requires_has_no_effect() -> None:
    requires = {"view": (), "edit": ("view",), "share": ("edit",)}
    decided = decide_all(requires, {}, [role(edit=True, share=True)])
    assert decided["edit"].granted
    assert not decided["edit"].effective
    assert decided["edit"].lacks == ("view",)
    assert decided["share"].lacks == ("edit",)
    assert all(one.effective for one in decide_all(requires, {"view": True}, [role(edit=True, share=True)]).values())


def test_a_right_that_requires_an_unknown_one_has_no_effect() -> None:
    assert not decide_all({"edit": ("gone.view",)}, {"edit": True}, [])["edit"].effective


def test_the_widest_reach_of_all_roles_counts() -> None:
    assert widest_reach([]) is Reach.OWN
    assert widest_reach([role(reach=Reach.DEPARTMENT), role()]) is Reach.DEPARTMENT
    assert widest_reach([role(), role(reach=Reach.ALL), role(reach=Reach.DEPARTMENT)]) is Reach.ALL


said = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.booleans())


@given(own=said, first=said, second=said, everything=st.booleans())
def test_roles_in_any_order_decide_alike(
    own: dict[str, bool], first: dict[str, bool], second: dict[str, bool], everything: bool
) -> None:
    roles = [role("One", everything=everything, **first), role("Two", **second)]
    for name in ("a", "b", "c"):
        one, other = decide(name, own, roles), decide(name, own, roles[::-1])
        assert one.granted == other.granted
        assert set(one.roles) == set(other.roles)
        if name in own:
            assert one.granted is own[name]
        elif False in (first.get(name), second.get(name)):
            assert not one.granted
