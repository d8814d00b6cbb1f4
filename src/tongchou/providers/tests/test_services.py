import json
from datetime import date
from typing import Any

import pytest
from django.test import TestCase

from tongchou.core.registers.pack import institution_rules
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act
from tongchou.providers import credentials, queries, services, verbs
from tongchou.providers.models import Agreement, Institution
from tongchou.providers.tests.make import make_doctor, make_institution

pytestmark = pytest.mark.django_db
State = Agreement.State


def change(institution: Institution, state: str, start: date, **more: Any) -> Agreement:
    more = {"reason": "协议第 23 条", **more}
    if state == State.ENDED:
        more.setdefault("end_reason", "penalty")
    return services.change_agreement(
        actor="chenjing", institution=institution, state=state, start=start, **more
    )


def test_billing_follows_the_agreement_day_by_day() -> None:
    institution = make_institution()
    change(institution, State.SETTLEMENT_SUSPENDED, date(2019, 3, 1))
    change(institution, State.ACTIVE, date(2019, 4, 1))
    open_on = {
        day: queries.billing_open(institution.pk, day) is not None
        for day in (
            date(2018, 12, 31),
            date(2019, 1, 1),
            date(2019, 2, 28),
            date(2019, 3, 1),
            date(2019, 3, 31),
            date(2019, 4, 1),
        )
    }
    assert list(open_on.values()) == [False, True, True, False, False, True]
    agreement = queries.agreement_on(institution.pk, date(2019, 3, 15))
    assert agreement is not None and agreement.state == State.SETTLEMENT_SUSPENDED


@pytest.mark.parametrize(
    ("state", "billing"),
    [
        (State.RECTIFY, True),
        (State.PAYMENT_SUSPENDED, True),
        (State.SETTLEMENT_SUSPENDED, False),
        (State.SUSPENDED, False),
        (State.ENDED, False),
    ],
)
def test_which_states_keep_billing_open(state: str, billing: bool) -> None:
    institution = make_institution()
    change(institution, state, date(2019, 3, 1))
    assert (queries.billing_open(institution.pk, date(2019, 3, 1)) is not None) == billing


def test_number_and_end_carry_over_until_the_agreement_is_over() -> None:
    institution = make_institution(agreement_from=None)
    change(institution, State.ACTIVE, date(2019, 1, 1), number="XY-1", end=date(2020, 1, 1))
    changed = change(institution, State.RECTIFY, date(2019, 3, 1))
    assert (changed.number, changed.end) == ("XY-1", date(2020, 1, 1))
    assert queries.agreement_on(institution.pk, date(2020, 1, 1)) is None
    change(institution, State.ENDED, date(2019, 5, 1))
    with pytest.raises(Refused, match="协议号"):
        change(institution, State.ACTIVE, date(2019, 6, 1))
    with pytest.raises(Refused, match="新协议"):
        change(institution, State.RECTIFY, date(2019, 6, 1), number="XY-2")
    renewed = change(institution, State.ACTIVE, date(2019, 6, 1), number="XY-2")
    assert (renewed.number, renewed.end) == ("XY-2", None)


def test_an_agreement_may_be_renewed_in_the_same_state() -> None:
    institution = make_institution(agreement_from=None)
    change(institution, State.ACTIVE, date(2019, 1, 1), number="XY-1", end=date(2020, 1, 1))
    renewed = change(institution, State.ACTIVE, date(2020, 1, 1))
    assert (renewed.number, renewed.end) == ("XY-1", None)


@pytest.mark.parametrize(
    ("state", "start", "more", "field"),
    [
        (State.ACTIVE, date(2019, 3, 1), {}, "state"),
        ("closed", date(2019, 3, 1), {}, "state"),
        (State.SUSPENDED, date(2019, 3, 1), {"reason": " "}, "reason"),
        (State.SUSPENDED, date(2019, 1, 1), {}, "start"),
        (State.SUSPENDED, date(2018, 1, 1), {}, "start"),
        (State.SUSPENDED, date(2019, 3, 1), {"end": date(2019, 3, 1)}, "end"),
    ],
)
def test_refused_changes_leave_the_agreement(
    state: str, start: date, more: dict[str, Any], field: str
) -> None:
    institution = make_institution()
    with pytest.raises(Refused) as refused:
        change(institution, state, start, **more)
    assert refused.value.field == field
    assert institution.agreements.get().end is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "H4417"}, "code"),
        ({"code": "P44170000001"}, "code"),
        ({"kind": "school"}, "kind"),
        ({"level": "level4"}, "level"),
        ({"name": " "}, "name"),
        ({"capabilities": frozenset({"flies"})}, "capability"),
        ({"paasid": "taken"}, "paasid"),
    ],
)
def test_refused_registrations(wrong: dict[str, Any], field: str) -> None:
    Institution.objects.filter(pk=make_institution().pk).update(paasid="taken")
    good: dict[str, Any] = {
        "actor": "chenjing",
        "code": "H44170000001",
        "name": "岭海县中医院",
        "kind": "hospital",
        "level": "level2",
        "area": "441700",
    }
    with pytest.raises(Refused) as refused:
        services.register_institution(**{**good, **wrong})
    assert refused.value.field == field
    assert Institution.objects.count() == 1


def test_suspended_doctors_on_a_day() -> None:
    institution = make_institution()
    doctor = make_doctor(institution, suspended_from=date(2019, 2, 1))
    other = make_doctor(institution)
    codes = [doctor.code, other.code, "D000000000000"]
    services.resume_doctor(actor="x", doctor=doctor, on=date(2019, 3, 1))

    def suspended(day: date) -> list[bool]:
        standing = queries.doctors_on(codes, day)
        assert set(standing) == {doctor.code, other.code}
        return [standing[code].suspended_from is not None for code in codes[:2]]

    assert suspended(date(2019, 1, 31)) == [False, False]
    assert suspended(date(2019, 2, 1)) == [True, False]
    assert suspended(date(2019, 2, 28)) == [True, False]
    assert suspended(date(2019, 3, 1)) == [False, False]
    assert queries.doctors_on(codes, date(2019, 2, 1))[doctor.code].reason == "测试暂停"


def test_refused_suspensions() -> None:
    doctor = make_doctor(make_institution(), suspended_from=date(2019, 2, 1))
    with pytest.raises(Refused, match="已在暂停"):
        services.suspend_doctor(actor="x", doctor=doctor, start=date(2019, 5, 1), reason="再犯")
    with pytest.raises(Refused, match="原因"):
        services.suspend_doctor(actor="x", doctor=doctor, start=date(2018, 5, 1), reason="")
    with pytest.raises(Refused, match="不在暂停期"):
        services.resume_doctor(actor="x", doctor=doctor, on=date(2019, 1, 1))
    with pytest.raises(Refused, match="D 加 12 位"):
        services.register_doctor(actor="x", code="D1", name="甲", institution=doctor.institution)


def test_capabilities_do_not_follow_the_level() -> None:
    institution = make_institution(level="level1", one_stop=False)
    services.set_capability(actor="x", institution=institution, capability="one_stop", held=True)
    institution.refresh_from_db()
    assert institution.one_stop and not institution.cross_area_inpatient
    with pytest.raises(Refused, match="没有变更"):
        services.set_capability(
            actor="x", institution=institution, capability="one_stop", held=True
        )
    with pytest.raises(Refused, match="不认识能力"):
        services.set_capability(actor="x", institution=institution, capability="token", held=True)


def test_an_account_is_read_once_and_a_new_token_counts_at_once(
    django_assert_num_queries: Any,
) -> None:
    institution = make_institution(token="old")
    assert queries.by_paasid("nobody") is None
    with django_assert_num_queries(1):
        first = queries.by_paasid(institution.paasid)
        second = queries.by_paasid(institution.paasid)
    assert first is second and first is not None
    assert (first.institution_id, first.token, first.one_stop) == (institution.pk, "old", True)
    token = services.rotate_token(actor="x", institution=institution)
    held = queries.by_paasid(institution.paasid)
    assert held is not None and held.token == token != "old"


def test_a_token_read_before_its_change_is_in_force_is_not_kept() -> None:
    institution = make_institution(token="old")
    with TestCase.captureOnCommitCallbacks(execute=True):
        services.rotate_token(actor="x", institution=institution)
        Institution.objects.filter(pk=institution.pk).update(token="as another session sees it")
        queries.by_paasid(institution.paasid)
        Institution.objects.filter(pk=institution.pk).update(token="new")
    held = queries.by_paasid(institution.paasid)
    assert held is not None and held.token == "new"


def test_an_account_is_not_trusted_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    institution = make_institution(token="old")
    queries.by_paasid(institution.paasid)
    Institution.objects.filter(pk=institution.pk).update(token="changed elsewhere")
    monkeypatch.setattr(credentials, "TTL", -1)
    held = queries.by_paasid(institution.paasid)
    assert held is not None and held.token == "changed elsewhere"


def test_every_act_leaves_a_trace_with_words_and_no_secret() -> None:
    institution = make_institution()
    token = services.rotate_token(actor="x", institution=institution)
    doctor = make_doctor(institution, suspended_from=date(2019, 2, 1))
    services.resume_doctor(actor="x", doctor=doctor, on=date(2019, 3, 1))
    services.set_capability(actor="x", institution=institution, capability="one_stop", held=False)
    services.correct_registration(actor="x", institution=institution, source="通知", address="甲")
    change(institution, State.ENDED, date(2019, 3, 1))
    services.restore_agreement(
        actor="x", institution=institution, start=date(2019, 4, 1), reason="误"
    )
    acts = list(Act.objects.filter(object_type="institution", object_id=institution.code))
    assert {act.verb for act in acts} == set(verbs.VERBS)
    assert not any(token in act.data for act in acts)


def test_an_ending_says_why_and_a_clearing_is_no_penalty() -> None:
    cleared, punished = make_institution(), make_institution()
    with pytest.raises(Refused) as refused:
        change(cleared, State.ENDED, date(2019, 3, 1), end_reason="")
    assert refused.value.field == "end_reason"
    with pytest.raises(Refused, match="只有解除"):
        change(cleared, State.SUSPENDED, date(2019, 3, 1), end_reason="clearing")
    change(cleared, State.ENDED, date(2019, 3, 1), end_reason="clearing")
    change(punished, State.ENDED, date(2019, 3, 5), end_reason="penalty")
    year = date(2019, 1, 1), date(2020, 1, 1)
    assert queries.ended_by_reason("441700", *year) == {
        ("2019-03", "clearing"): 1, ("2019-03", "penalty"): 1,
    }  # fmt: skip
    assert queries.ended_by_reason("441800", *year) == {}


def test_an_ending_that_was_a_mistake_is_taken_back_and_not_counted() -> None:
    institution = make_institution()
    with pytest.raises(Refused, match="没有解除"):
        services.restore_agreement(
            actor="t", institution=institution, start=date(2019, 3, 2), reason="查错了"
        )
    change(institution, State.ENDED, date(2019, 3, 1), end_reason="clearing")
    told: dict[str, Any] = {"actor": "t", "institution": institution}
    wrongs: tuple[tuple[dict[str, Any], str], ...] = (
        ({"start": date(2019, 3, 1), "reason": "查错了"}, "start"),
        ({"start": date(2019, 3, 2), "reason": " "}, "reason"),
        ({"start": date(2019, 3, 2), "reason": "长" * 201}, "reason"),
    )
    for wrong, field in wrongs:
        with pytest.raises(Refused) as refused:
            services.restore_agreement(**told, **wrong)
        assert refused.value.field == field
    back = services.restore_agreement(**told, start=date(2019, 3, 2), reason="登记机关答复有误")
    assert (back.state, back.number) == (State.ACTIVE, f"XY-{institution.code}")
    assert queries.billing_open(institution.pk, date(2019, 3, 2)) is not None
    assert queries.billing_open(institution.pk, date(2019, 3, 1)) is None
    assert queries.ended_by_reason("441700", date(2019, 1, 1), date(2020, 1, 1)) == {}


def test_what_an_agreement_covers_carries_over() -> None:
    institution = make_institution()
    first = change(institution, State.RECTIFY, date(2019, 3, 1), services=["inpatient"])
    assert change(institution, State.ACTIVE, date(2019, 4, 1)).services == first.services
    with pytest.raises(Refused) as refused:
        change(institution, State.RECTIFY, date(2019, 5, 1), services=["school"])
    assert refused.value.field == "services"


def test_a_registration_is_corrected_with_its_source() -> None:
    institution = make_institution()
    told: dict[str, Any] = {"actor": "t", "institution": institution}
    wrongs: tuple[tuple[dict[str, Any], str], ...] = (
        ({"name": "新名", "source": " "}, "source"),
        ({"name": " ", "source": "通知书"}, "name"),
        ({"credit_code": "91350100M000100Y44", "source": "通知书"}, "credit_code"),
        ({"address": "长" * 201, "source": "通知书"}, "address"),
        ({"name": institution.name, "source": "通知书"}, ""),
    )
    for wrong, field in wrongs:
        with pytest.raises(Refused) as refused:
            services.correct_registration(**told, **wrong)
        assert (refused.value.field or "") == field
    changed = services.correct_registration(
        **told, name="岭海县第一医院", credit_code="91350100m000100y43", source="变更登记通知书"
    )
    assert (changed.initials, changed.credit_code) == ("lhxdyyy", "91350100M000100Y43")
    act = Act.objects.filter(verb="providers.institution.corrected").get()
    assert json.loads(act.data)["before"]["name"] == "岭海县人民医院"
    services.correct_registration(**told, name="岭海县人民医院", source="更正")
    assert Institution.objects.get(pk=institution.pk).name == "岭海县人民医院"


def test_the_services_of_agreements_are_those_of_the_rules() -> None:
    assert set(institution_rules().services) == set(Agreement.Service.values)
    for code, service in institution_rules().services.items():
        assert str(Agreement.Service(code).label) == service.name
