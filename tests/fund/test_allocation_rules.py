"""What every allocation rule keeps to, whichever it is: a rule that joins the union is held to it at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.fund.allocation import AllocationRule, EqualAwards, ProRata, RegionalFloors, Requests, Room
from mptf_sim.fund.part import Part
from tests.strategies import allocation_rules, rooms_and_requests

RULES: tuple[type[Part], ...] = get_args(get_args(AllocationRule)[0])
every_rule = pytest.mark.parametrize("kind", RULES, ids=lambda kind: kind.__name__)


def drawn(data: st.DataObject, kind: type[Part]) -> tuple[Any, Room, Requests]:
    room, requests = data.draw(rooms_and_requests())
    return data.draw(allocation_rules(kind)), room, requests


@every_rule
@given(data=st.data())
def test_no_rule_awards_more_than_asked_or_more_than_there_is(kind: type[Part], data: st.DataObject) -> None:
    rule, room, requests = drawn(data, kind)

    awards = rule.share(room, requests)

    alone = requests.alone()
    assert (awards >= 0).all()
    assert (awards == np.rint(awards)).all()
    assert (awards <= alone).all()
    assert ((awards == 0) | (awards >= requests.minimum)).all()
    assert room.allows(awards).all()


@every_rule
@given(data=st.data())
def test_no_need_is_met_twice(kind: type[Part], data: st.DataObject) -> None:
    rule, room, requests = drawn(data, kind)

    left = requests.after(rule.share(room, requests)).unmet

    assert (left >= 0).all()


@every_rule
@given(data=st.data())
def test_one_document_of_a_country_is_let_through(kind: type[Part], data: st.DataObject) -> None:
    rule, room, requests = drawn(data, kind)

    awards = rule.share(room, requests)

    if requests.one_per_country is not None:
        assert not (requests.one_per_country.astype(float) @ (awards > 0) * (awards > 0)).any()


@every_rule
@given(data=st.data())
def test_each_path_is_decided_by_itself(kind: type[Part], data: st.DataObject) -> None:
    rule, room, requests = drawn(data, kind)

    awards = rule.share(room, requests)

    for path in range(awards.shape[1]):
        alone = rule.share(room.on(np.array([path])), on_path(requests, path))
        assert (alone[:, 0] == awards[:, path]).all()


def on_path(requests: Requests, path: int) -> Requests:
    of_paths = ("unmet", "given", "open", "window_shortfall", "region_shortfall", "approvable")
    return replace(requests, **{name: getattr(requests, name)[..., path : path + 1] for name in of_paths})


@every_rule
@given(data=st.data())
def test_what_a_rule_gives_in_a_further_run_comes_on_top(kind: type[Part], data: st.DataObject) -> None:
    rule, room, requests = drawn(data, kind)
    first = rule.share(room, requests)
    left = room.after(room.claim_of(first))

    second = rule.share(left, requests.after(first))

    assert (second >= first).all()
    assert room.allows(second).all()
    assert (requests.after(second).unmet >= 0).all()


@pytest.mark.parametrize("rule", [ProRata(), EqualAwards()])
@given(data=st.data())
def test_sharing_leaves_no_cent_that_could_be_shared(rule: Any, data: st.DataObject) -> None:
    room, requests = data.draw(rooms_and_requests())
    asks = requests.together()

    claims = room.claim_of(rule.share(room, requests))

    if requests.minimum == 0 and requests.one_per_country is None:
        left = room.after(claims).for_each()
        rounding = len(asks)  # each of them may round down by less than a cent, and claims step over cents
        steps = (room.counted_num / room.counted_den)[:, None]
        assert ((left <= rounding) | (claims >= room.claim_of(asks) - (steps > 0))).all()


def test_regional_floors_run_every_other_rule() -> None:
    assert {*get_args(RegionalFloors.model_fields["rule"].annotation)} == {*RULES} - {RegionalFloors}
