"""The verbs of partner areas, and what the database refuses beside them."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.partners import queries, services
from tongchou.partners.kinds import COMMON
from tongchou.partners.models import Agreement, Partner
from tongchou.partners.tests.make import make_agreement, make_partner
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db
DAY = datetime(2019, 10, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = DAY.date()


@pytest.fixture(autouse=True)
def october() -> Iterator[None]:
    with clock.frozen(DAY):
        yield


@pytest.fixture
def clerk() -> User:
    return make_user("clerk", login="chenjing")


def test_a_partner_is_registered_once_and_is_another_area(clerk: User) -> None:
    partner = make_partner(clerk, code="449901")
    for code, field in (("449901", "code"), (clerk.area_code, "code"), ("44990", "code")):
        with pytest.raises(Refused) as refused:
            make_partner(clerk, code=code)
        assert refused.value.field == field
    with pytest.raises(Refused, match="没有对方单位"):
        services.register_partner(by=clerk, code="449902", name="甲", office=" ")
    act = Act.objects.get(object_type="partner")
    assert (act.object_id, act.actor, act.area) == (partner.code, "chenjing", clerk.area_code)
    # The same area is another one's partner too.
    assert make_partner(make_user("clerk", area="441800"), code="449901").area == "441800"


def test_a_correction_keeps_both_in_the_trail(clerk: User) -> None:
    partner = make_partner(clerk)
    services.correct_partner(by=clerk, partner=partner, contact="乙", phone="0662")
    partner.refresh_from_db()
    assert (partner.contact, partner.phone) == ("乙", "0662")
    data = json.loads(Act.objects.get(verb="partners.partner.corrected").data)
    assert data["before"] == {"contact": "", "phone": ""} and data["after"]["contact"] == "乙"
    with pytest.raises(Refused, match="没有更正"):
        services.correct_partner(by=clerk, partner=partner, contact="乙")
    with pytest.raises(Refused, match="不是本统筹区"):
        stranger = make_user("clerk", area="441800")
        services.correct_partner(by=stranger, partner=partner, contact="丙")


def test_an_agreement_keeps_its_paper_and_its_days(clerk: User) -> None:
    made = make_agreement(clerk, paper=b"abc")
    assert made.paper_sha256.startswith("ba7816bf") and bytes(made.paper) == b"abc"
    assert not made.on(date(2018, 12, 31)) and made.on(date(2019, 1, 1))
    assert made.on(date(2019, 12, 31)) and not made.on(date(2020, 1, 1))
    partner = made.partner
    for more, field in (
        ({"start": date(2019, 12, 31), "end": None}, "start"),
        ({"start": date(2018, 1, 1), "end": date(2019, 1, 2)}, "start"),
        # The same kind, written with spaces and in full width.
        ({"kind": " 双向　转诊 ", "start": date(2019, 3, 1)}, "start"),
        ({"kind": "", "start": date(2020, 1, 1), "end": None}, "kind"),
        ({"number": "", "start": date(2020, 1, 1), "end": None}, "number"),
        ({"paper": b"", "start": date(2020, 1, 1), "end": None}, "paper"),
        ({"start": date(2020, 1, 1), "end": date(2020, 1, 1)}, "end"),
        ({"note": "长" * 401, "start": date(2020, 1, 1), "end": None}, "note"),
    ):
        with pytest.raises(Refused) as refused:
            make_agreement(clerk, partner=partner, **more)
        assert refused.value.field == field, more
    make_agreement(clerk, partner=partner, start=date(2020, 1, 1), end=None)
    make_agreement(clerk, partner=partner, kind="自定事项", end=None)
    assert Agreement.objects.count() == 3
    assert queries.kinds_of(clerk.area_code) == [*COMMON, "自定事项"]


def test_it_is_ended_by_its_own_act_once(clerk: User) -> None:
    made = make_agreement(clerk)
    for on, reason, field in (
        (date(2019, 1, 1), "改走省级平台", "on"),
        (date(2020, 1, 1), "改走省级平台", "on"),
        (date(2019, 11, 1), " ", "reason"),
    ):
        with pytest.raises(Refused) as refused:
            services.end_agreement(by=clerk, agreement=made, on=on, reason=reason)
        assert refused.value.field == field
    ended = services.end_agreement(
        by=clerk, agreement=made, on=date(2019, 11, 1), reason="改走省级平台"
    )
    assert (ended.end, ended.agreed_end) == (date(2019, 11, 1), date(2020, 1, 1))
    with pytest.raises(Refused, match="已经终止"):
        services.end_agreement(by=clerk, agreement=made, on=date(2019, 10, 1), reason="再次")
    # What it leaves free may be agreed again.
    make_agreement(clerk, partner=made.partner, start=date(2019, 11, 1), end=None)


def test_a_wrong_record_is_struck_and_makes_room(clerk: User) -> None:
    made = make_agreement(clerk)
    services.strike_agreement(by=clerk, agreement=made, reason="代码看错")
    with pytest.raises(Refused, match="已经更正过"):
        services.strike_agreement(by=clerk, agreement=made, reason="代码看错")
    with pytest.raises(Refused, match="作废"):
        services.end_agreement(by=clerk, agreement=made, on=date(2019, 11, 1), reason="晚了")
    made.refresh_from_db()
    assert not made.on(TODAY)
    again = make_agreement(clerk, partner=made.partner)
    assert [one.pk for one in queries.in_force(Agreement.objects.all(), TODAY)] == [again.pk]


def test_what_is_soon_over_is_told_until_it_is_renewed(clerk: User) -> None:
    today = TODAY.toordinal()
    ends = {n: date.fromordinal(today + n) for n in (0, 1, 90, 91)}
    made = {
        n: make_agreement(clerk, kind=f"事项{n}", partner=None, end=end) for n, end in ends.items()
    }
    rows = Agreement.objects.all()
    assert set(queries.expiring(rows, TODAY)) == {made[1], made[90]}
    marked = queries.with_days_left(rows, TODAY)
    assert {one.pk for one in marked if one.soon} == {made[1].pk, made[90].pk}  # type: ignore[attr-defined]
    make_agreement(clerk, kind="事项90", partner=made[90].partner, start=ends[90], end=None)
    assert set(queries.expiring(rows, TODAY)) == {made[1]}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(spells=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=8))
def test_no_day_has_two_agreements_of_one_kind(spells: list[tuple[int, int]]) -> None:
    """The law: whatever is recorded, ended or refused, a day has at most one."""
    with transaction.atomic():
        clerk = make_user("clerk")
        partner, first = make_partner(clerk), date(2019, 1, 1).toordinal()
        held: list[tuple[int, int]] = []
        for start, days in spells:
            free = all(start + days <= s or e <= start for s, e in held)
            try:
                with transaction.atomic():
                    make_agreement(
                        clerk, partner=partner, start=date.fromordinal(first + start),
                        end=date.fromordinal(first + start + days),
                    )  # fmt: skip
                assert free
                held.append((start, start + days))
            except Refused:
                assert not free
        for n in range(70):
            on = queries.in_force(partner.agreements.all(), date.fromordinal(first + n))
            assert on.count() == sum(s <= n < e for s, e in held) <= 1
        transaction.set_rollback(True)


ATTACKS = {
    "overlap": 'insert into partners_agreement (partner_id, kind, number, start, "end", '
    "agreed_end, note, paper_name, paper_sha256, paper, recorded_by_id, recorded_at, ended_by, "
    "ended_reason, struck_by, struck_reason) select partner_id, kind, 'b', '2019-12-31', null, "
    "null, note, paper_name, paper_sha256, paper, recorded_by_id, recorded_at, '', '', '', '' "
    "from partners_agreement",
    "moved": "update partners_agreement set start = '2019-02-01'",
    "other paper": "update partners_agreement set paper_sha256 = 'x'",
    "shortened without an act": "update partners_agreement set \"end\" = '2019-05-01'",
    "ended without a reason": "update partners_agreement set \"end\" = '2019-05-01', "
    "ended_at = recorded_at",
    "prolonged": "update partners_agreement set \"end\" = '2021-05-01', ended_at = recorded_at, "
    "ended_reason = 'x'",
    "opened": 'update partners_agreement set "end" = null',
    "before its start": "update partners_agreement set \"end\" = '2018-05-01', "
    "ended_at = recorded_at, ended_reason = 'x'",
    "struck without a reason": "update partners_agreement set struck_at = recorded_at",
    "deleted": "delete from partners_agreement",
    "with itself": "update partners_partner set code = area",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_refuses(attack: str, clerk: User) -> None:
    make_agreement(clerk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ATTACKS[attack])


@pytest.mark.parametrize("sql", ["\"end\" = '2019-05-01'", "ended_reason = 'y'"])
def test_an_ending_is_not_written_twice(sql: str, clerk: User) -> None:
    made = make_agreement(clerk)
    services.end_agreement(by=clerk, agreement=made, on=date(2019, 11, 1), reason="改走省级平台")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update partners_agreement set {sql}")
    struck = services.strike_agreement(by=clerk, agreement=made, reason="登记错了")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update partners_agreement set struck_at = null, struck_reason = ''")
    assert Partner.objects.get(pk=struck.partner_id).agreements.count() == 1
