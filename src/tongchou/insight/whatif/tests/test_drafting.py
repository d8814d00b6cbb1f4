"""From a reform to a draft that two others check and adopt, its report frozen beside it."""

from datetime import date

import pytest
from django.db import Error, connection, transaction
from django.http import QueryDict
from django.urls import reverse

from tongchou.core.policy import Move, Reform
from tongchou.insight.whatif import effect as effects
from tongchou.insight.whatif.desk import desk_of
from tongchou.insight.whatif.drafting import Sent, send_to_check, text_of
from tongchou.insight.whatif.models import Brief
from tongchou.insight.whatif.tests.make import (
    CRITICAL,
    LEVEL3,
    client_of,
    data,
    get,
    lake,  # noqa: F401
    make_desk,
    make_user,
    moved,
)
from tongchou.plans import queries as plans
from tongchou.plans import services as versions
from tongchou.plans.models import PlanVersion
from tongchou.platform.authority.models import Area
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.models import Act

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake")]
TWO = (Move(LEVEL3, "set", "62"), Move(CRITICAL, "set", "13000"))


def sent(*moves: Move, cases_follow: bool = True) -> Sent:
    clerk = make_user("clerk")
    return send_to_check(
        by=clerk, desk=make_desk(clerk), overlay=Reform("两处都改", "减轻负担", moves or TWO),
        title="2027 草案", valid_from=date(2027, 1, 1), cases_follow=cases_follow,
    )  # fmt: skip


def test_the_draft_is_the_policy_that_was_measured() -> None:
    found = sent()
    draft = found.version
    assert found.held == "" and draft.submitted_at is not None and draft.note == "减轻负担"
    desk = make_desk(make_user("clerk"), **moved(level3="62", critical="13000"))
    ours, measured = plans.compiled(draft), desk.after()
    assert {k: r[1:6] for k, r in ours.rows.items()} == {
        k: r[1:6] for k, r in measured.rows.items()
    }
    assert "# 基本医保统筹：按次扣起付线" in draft.document, "the text keeps its comments"
    assert all("测算“两处都改”" in n.reason for n in ours.assumed if n.path in (LEVEL3, CRITICAL))
    whole = effects.effect(desk.fold([measured]).comparison, "resident")
    assert found.brief.report["fund"]["difference"] == whole.fund.difference
    assert found.brief.plan_after == draft.plan_id


def test_two_others_check_and_adopt_it() -> None:
    draft = sent().version
    with pytest.raises(NotAllowed):
        versions.check_plan(version=draft, by=make_user("clerk"))
    versions.check_plan(version=draft, by=make_user("reviewer"))
    adopted = versions.adopt_plan(version=draft, by=make_user("approver"))
    assert adopted.state == PlanVersion.State.ADOPTED
    in_force = plans.version_in_force(draft.area, draft.scheme, date(2027, 2, 1))
    assert in_force is not None and in_force.pk == draft.pk
    before = plans.version_in_force(draft.area, draft.scheme, date(2026, 12, 31))
    assert before is not None and before.pk == draft.revises_id


def test_the_drafts_page_and_its_readers_see_the_frozen_report() -> None:
    found = sent()
    page = client_of(make_user("reviewer")).get(reverse("plans:version", args=[found.version.pk]))
    text = page.content.decode()
    assert "测算报告：两处都改" in text and "减轻负担" in text
    paper = get(make_user("inspector"), "frozen", found.brief.pk)
    assert "冻结" in paper and "两处都改" in paper
    get(make_user("clerk", area="441800", login="far"), "frozen", found.brief.pk, status=404)


def test_a_draft_edited_afterwards_says_so() -> None:
    found = sent(cases_follow=False)
    assert "个算例不符" in found.held
    draft = found.version
    assert draft.submitted_at is None, "it stays with its drafter"
    document = draft.document.replace("62.00", "63.00").replace('"62%"', '"63%"')
    assert document != draft.document
    versions.edit_text(version=draft, by=make_user("clerk"), document=document, cases=draft.cases)
    page = client_of(make_user("clerk")).get(reverse("plans:version", args=[draft.pk]))
    assert "草案在测算之后又改过" in page.content.decode()


def test_a_frozen_report_stays() -> None:
    brief = sent().brief
    for sql in (
        f"update whatif_brief set name = 'x' where id = {brief.pk}",
        f"delete from whatif_brief where id = {brief.pk}",
    ):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert Brief.objects.get() == brief


def test_a_formal_area_asks_for_documents_first() -> None:
    Area.objects.update(demonstration=False)
    found = sent()
    assert "待确认" in found.held and found.version.submitted_at is None


def test_a_number_that_the_text_has_not_alone_is_written_out() -> None:
    row = Move("tiers.basic.identity.destitute.rate.level3", "set", "80")
    found = sent(row)
    plan = plans.compiled(found.version)
    desk = make_desk(make_user("clerk"))
    after = send_plan(desk.version.document, row)
    assert {k: r[1:6] for k, r in plan.rows.items()} == after
    assert "identity" in text_of(desk.version.document, Reform("x", "", (row,)), desk.plan)


def send_plan(document: str, *moves: Move) -> dict:  # type: ignore[type-arg]
    from tongchou.core.policy import apply_reform

    plan = apply_reform(document, Reform("x", "", moves), source="x")
    return {key: row[1:6] for key, row in plan.rows.items()}


def test_what_is_no_policy_is_not_drafted() -> None:
    before = PlanVersion.objects.count()
    with pytest.raises(Refused, match="不在 0% 到 100% 之间"):
        sent(Move(LEVEL3, "set", "120"))
    with pytest.raises(Refused, match="没有改动"):
        send_to_check(
            by=make_user("clerk"), desk=make_desk(make_user("clerk")), overlay=Reform("x", "", ()),
            title="x", valid_from=date(2027, 1, 1), cases_follow=True,
        )  # fmt: skip
    assert PlanVersion.objects.count() == before and not Brief.objects.exists()


def test_the_form_sends_it() -> None:
    clerk, fields = make_user("clerk"), {**data(), **moved(level3="62")}
    assert "起草并送审" in get(clerk, "send", **fields)
    address = f"{reverse('whatif:send')}?{make_desk(clerk, **moved(level3='62')).query}"
    given = {"sent": "1", "title": "2027 草案", "valid_from": "2027-01-01", "why": "试",
             "cases_follow": "on"}  # fmt: skip
    wrong = client_of(clerk).post(address, {**given, "why": ""})
    assert wrong.status_code == 422
    answer = client_of(clerk).post(address, given)
    draft = PlanVersion.objects.latest("pk")
    assert answer["Location"] == reverse("plans:version", args=[draft.pk])
    assert Act.objects.filter(verb="whatif.brief.drafted", object_id=str(draft.pk)).count() == 1
    get(make_user("reviewer"), "send", status=403, **fields)


def test_a_drafts_own_effect_is_one_click_away() -> None:
    found = sent()
    clerk = make_user("clerk")
    text = get(clerk, "page", plan=found.version.pk)
    desk = make_desk(clerk, plan=str(found.version.pk))
    assert "这是一份草案" in text and desk.draft_query
    opened = desk_of(clerk, QueryDict(desk.draft_query))
    assert opened is not None and opened.version == found.version.revises
    whole = effects.effect(opened.fold([opened.after()]).comparison, "resident")
    assert whole.fund.difference == found.brief.report["fund"]["difference"]
