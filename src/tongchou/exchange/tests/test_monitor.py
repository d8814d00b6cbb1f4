"""Each figure of the monitor is a count of messages, and opens to exactly those."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.exchange import measures, monitor
from tongchou.exchange.models import MessageLog
from tongchou.exchange.reasons import kind_of, with_reason
from tongchou.exchange.tests.test_pages import desk_of, log, signed_in
from tongchou.plans.tests.make import make_user
from tongchou.platform import clock
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution

pytestmark = pytest.mark.django_db
ALL = MessageLog.objects.all


def rows_behind(client: Client, address: str) -> int:
    answer = client.get(unescape(address))
    assert answer.status_code == 200, address
    return answer.content.decode().count("<tr data-tc-row")


def test_measures_of_an_institution_are_of_its_settlements_today() -> None:
    place, silent = make_institution(name="平冈镇卫生院"), make_institution(name="中医院")
    for micros in range(1, 101):
        log(place, micros=micros * 1000)
    log(place, "1101", micros=900_000)
    log(place, outcome="resent")
    log(place, outcome="refused", reason="没有参保", micros=1)
    log(place, outcome="failed", micros=1)
    log(place, at=clock.now() - timedelta(days=1))
    log(silent, at=clock.now() - timedelta(hours=30))
    late, beat = measures.heartbeats(ALL(), Institution.objects.all())
    assert (beat.today, beat.accepted, beat.refused, beat.failed) == (104, 102, 1, 1)
    assert (beat.p50, beat.p95, beat.p99, beat.late) == (51, 96, 100, False)
    assert (late.institution, late.late, late.today, late.p50) == (silent, True, 0, None)


def test_measures_of_a_transaction() -> None:
    place = make_institution()
    log(place, "2304", micros=4_000)
    log(place, "2304", outcome="denied", reason="签名不符")
    log(place, "1101", micros=2_000)
    log(place, "9001", at=clock.now() - timedelta(days=2))
    person, stay = measures.transactions(ALL())
    assert (person.infno, person.accepted, person.refused, person.p95) == ("1101", 1, 0, 2)
    assert (stay.infno, stay.name) == ("2304", monitor.name_of("2304"))
    assert (stay.today, stay.accepted, stay.refused, stay.p50) == (2, 1, 1, 4)


def test_like_reasons_are_counted_together_and_open_to_their_messages() -> None:
    place, other = make_institution(name="平冈镇卫生院"), make_institution(name="中医院")
    first = "总费用 112717.60 与已上传明细合计 12717.60 不等，请核对明细"
    log(place, outcome="refused", reason=first)
    log(other, outcome="refused", reason="总费用 1.10 与已上传明细合计 -7.00 不等，请核对明细")
    log(place, outcome="refused", reason=f"{first}，再发 1 次")
    log(place, "2207", outcome="refused", reason=first)
    log(place, reason=first)  # answered well, whatever it says
    found = monitor.refusals(ALL())
    assert [(one.infno, one.n, len(one.places)) for one in found] == [
        ("2304", 2, 2), ("2207", 1, 1), ("2304", 1, 1),
    ]  # fmt: skip
    assert found[0].reason == "总费用 … 与已上传明细合计 … 不等，请核对明细"
    client = signed_in(make_user("reviewer"))
    text = client.get(reverse("gateway:monitor"), {"tab": "refused"}).content.decode()
    links = re.findall(r'data-tc-href="([^"]*reason=[^"]*)"', text)
    assert [rows_behind(client, link) for link in links] == [2, 1, 1]


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("没有参保", "没有参保"),
        ("医师 D441700000123 已暂停", "医师 … 已暂停"),
        ("2026-11-29 起停用。请核对 (A-1)", "… 起停用。请核对 (…)"),
        ("", ""),
    ],
)
def test_a_kind_finds_the_reasons_it_was_made_of(reason: str, kind: str) -> None:
    place = make_institution()
    log(place, outcome="refused", reason=reason)
    log(place, outcome="refused", reason=f"{reason}别的")
    assert kind_of(reason) == kind
    assert [m.reason for m in with_reason(ALL(), kind)] == [reason]


def test_typed_words_find_what_contains_them() -> None:
    log(make_institution(), outcome="refused", reason="医师 D1 已暂停")
    assert with_reason(ALL(), "已暂停").count() == 1
    assert with_reason(ALL(), "…" * 40).count() == 0


def test_every_figure_of_a_table_opens_to_as_many_messages() -> None:
    place, other = make_institution(name="平冈镇卫生院"), make_institution(name="中医院")
    for outcome in ("ok", "ok", "resent", "refused", "denied", "failed"):
        log(place, outcome=outcome, reason="医师 1 已暂停")
    log(place, at=clock.now() - timedelta(days=1))
    log(other, "1101")
    client = signed_in(make_user("reviewer"))
    for tab in ("places", "transactions"):
        text = client.get(reverse("gateway:monitor"), {"tab": tab}).content.decode()
        table = text[text.index("gw-measures") :]
        cells = re.findall(r'<a href="([^"]+)">(\d+)</a></td>', table)
        assert [int(n) for _url, n in cells] == ([6, 3, 2, 1, 1, 1] if tab == "places" else
                                                 [1, 1, 6, 3, 2, 1])  # fmt: skip
        assert [rows_behind(client, url) for url, _n in cells] == [int(n) for _url, n in cells]


def test_the_wall_has_the_figures_and_nothing_to_press() -> None:
    mine, other = make_institution(name="平冈镇卫生院"), make_institution(name="中医院")
    log(mine)
    log(other, outcome="refused", reason="别家 7 的事")
    log(other, at=clock.now() - timedelta(minutes=18))
    text = signed_in(make_user("director")).get(reverse("gateway:wall")).content.decode()
    assert "平冈镇卫生院" in text and "别家 … 的事" in text
    assert not re.search(r"<(button|input|select|form|nav)", text)
    part = signed_in(make_user("director")).get(
        reverse("gateway:wall"), headers={"HX-Request": "true"}
    )
    assert "<html" not in part.content.decode() and "平冈镇卫生院" in part.content.decode()
    own = signed_in(desk_of(mine)).get(reverse("gateway:wall")).content.decode()
    assert "别家" not in own and "中医院" not in own


def test_a_screen_sees_the_wall_alone_and_no_reason(client: Client) -> None:
    log(make_institution(), outcome="refused", reason="医师敖振海 1 已停权")
    client = signed_in(make_user("screen"))
    assert client.get("/")["Location"] == reverse("gateway:wall")
    text = client.get(reverse("gateway:wall")).content.decode()
    assert "敖振海" not in text and monitor.name_of("2304") in text
    assert 'href="/gateway/' not in text
    for name in ("monitor", "messages", "reconcile"):
        assert client.get(reverse(f"gateway:{name}")).status_code == 403


def test_a_minute_without_settlements_has_no_time_rather_than_none_at_all() -> None:
    log(make_institution(), micros=7_000)
    hour = monitor.last_hour(ALL())
    assert [t for t in hour["times"][99] if t is not None] == [7]
    assert hour["times"][50].count(None) == monitor.MINUTES - 1
    assert sum(hour["kinds"]["settle"]) == 1
