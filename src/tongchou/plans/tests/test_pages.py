"""The pages, by post: what is shown, offered, refused."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tongchou.plans import services
from tongchou.plans.models import PlanVersion
from tongchou.plans.tests.make import make_draft, make_plan, make_user
from tongchou.plans.tests.test_versions import LEVEL3, raised
from tongchou.platform.accounts.models import User

pytestmark = pytest.mark.django_db


def page(user: User, name: str, *args: object, **query: str) -> str:
    answer = signed_in(user).get(reverse(f"plans:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def press(user: User, name: str, version: PlanVersion, **data: str) -> int:
    return signed_in(user).post(reverse(f"plans:{name}", args=[version.pk]), data).status_code


def test_the_list_shows_what_holds_by_scheme() -> None:
    version = make_plan()
    make_draft()
    text = page(make_user("auditor"), "list")
    assert version.title in text and "居民待遇 2027 草案" in text
    assert text.count("现行") == 2  # residents and employees
    assert "有待确认" in text


def test_the_table_shows_each_number_with_its_clause() -> None:
    version = make_plan()
    text = page(make_user("clerk"), "version", version.pk)
    for shown in ("700.00", "60%", "15,000.00", "下调80%", "待确认", "依据条文", "看条文"):
        assert shown in text, shown
    panel = page(make_user("clerk"), "number", version.pk, at=LEVEL3)
    assert "<mark>三级医院报销提高到60%</mark>" in panel


def test_an_unknown_number_is_not_found() -> None:
    address = reverse("plans:number", args=[make_plan().pk])
    assert signed_in(make_user("clerk")).get(address, {"at": "tiers.x"}).status_code == 404


def test_the_version_in_force_shows_the_draft_beside_it() -> None:
    version, _draft = make_plan(), raised(make_draft())
    text = page(make_user("reviewer"), "version", version.pk)
    assert "<s>60%</s>" in text and "62%" in text
    text = page(make_user("reviewer"), "version", version.pk, diff="0")
    assert "62%" not in text.split("<aside")[0]
    assert "62%" in page(make_user("reviewer"), "compare", version.pk)


def test_cases_are_worked_when_the_page_is_opened() -> None:
    clerk, draft = make_user("clerk"), make_draft()
    text = page(clerk, "cases", draft.pk)
    assert "相符" in text and "不符" not in text
    services.edit_number(version=draft, by=clerk, path=LEVEL3, value="62", evidence=None)
    text = page(clerk, "cases", draft.pk)
    assert "不符" in text and "改 1 个算例为新结果" in text


def test_printing_gives_the_table_and_the_clauses() -> None:
    text = page(make_user("auditor"), "print", make_plan().pk)
    assert "三级医院报销提高到60%" in text and '<button type="button" class="tc-number' not in text


def test_a_draft_goes_from_post_to_post() -> None:
    clerk, reviewer, approver = (make_user(r) for r in ("clerk", "reviewer", "approver"))
    old = make_plan()
    start = {"title": "居民待遇 2027", "valid_from": "2027-01-01"}
    assert press(clerk, "draft", old, **start) == 302
    draft = PlanVersion.objects.get(state="draft")
    at = f"{reverse('plans:edit-number', args=[draft.pk])}?at={LEVEL3}"
    form = {"value": "62", "basis": "quoted", "document": "通知", "clause": "二", "words": ""}
    answer = signed_in(clerk).post(at, form)
    assert answer.status_code == 422 and "这一项空着" in answer.content.decode()
    assert signed_in(clerk).post(at, {"value": "62", "basis": "none"}).status_code == 302
    assert "送审草案：缺 1 处依据" in page(clerk, "version", draft.pk)
    form["words"] = "三级医院报销提高到62%"
    assert signed_in(clerk).post(at, form).status_code == 302
    assert "送审草案：" in page(clerk, "version", draft.pk)  # the cases still say 60%
    assert press(clerk, "take-results", draft) == 302
    assert press(clerk, "submit", draft) == 302
    assert press(reviewer, "return", draft, reason="再核对") == 302
    assert press(clerk, "submit", draft) == 302
    assert press(reviewer, "check", draft) == 302
    dialog = page(approver, "version", draft.pk).split('id="adopt"')[1]
    assert "60% → 62%" in dialog and "采用，2027-01-01 起执行" in dialog
    assert press(approver, "adopt", draft) == 302
    draft.refresh_from_db()
    assert (draft.state, draft.valid_from) == ("adopted", date(2027, 1, 1))
    assert "采用政策" in page(make_user("auditor"), "history", draft.pk)


@pytest.mark.parametrize(
    ("role", "name", "status"),
    [
        ("hospital", "list", 403),
        ("sysadmin", "list", 403),
        ("finance", "draft", 403),
        ("reviewer", "submit", 403),
        ("clerk", "check", 403),
        ("reviewer", "adopt", 403),
        ("clerk", "return", 403),
        ("auditor", "withdraw", 403),
        ("reviewer", "edit-number", 403),
        ("finance", "text", 403),
    ],
)
def test_posts_without_the_right_are_stopped(role: str, name: str, status: int) -> None:
    args = [] if name == "list" else [make_draft().pk]
    client = signed_in(make_user(role))
    send = client.get if name == "list" else client.post
    assert send(reverse(f"plans:{name}", args=args), {"reason": "无"}).status_code == status


def test_another_area_does_not_see_it() -> None:
    stranger = signed_in(make_user("clerk", area="330500"))
    for name in ("version", "compare", "cases", "history", "print", "text", "draft"):
        assert stranger.get(reverse(f"plans:{name}", args=[make_plan().pk])).status_code == 404


def test_a_number_that_breaks_the_text_is_shown_at_its_field() -> None:
    draft = make_draft()
    address = f"{reverse('plans:edit-number', args=[draft.pk])}?at={LEVEL3}"
    answer = signed_in(make_user("clerk")).post(address, {"value": "620", "basis": "none"})
    assert answer.status_code == 422
    assert "0% 到 100%" in str(answer.context["form"].errors["value"])


def test_a_broken_text_is_not_stored_and_says_all_that_is_wrong() -> None:
    clerk, draft = make_user("clerk"), make_draft()
    address = reverse("plans:text", args=[draft.pk])
    answer = signed_in(clerk).post(address, {"document": "area: 1", "cases": ""})
    assert answer.status_code == 422 and "没有保存" in answer.content.decode()
    stored = draft.document
    draft.refresh_from_db()
    assert draft.document == stored


def test_pages_ask_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    version = make_plan()
    make_draft()
    client = signed_in(make_user("clerk"))
    # The brief that gives its reason, the bills of its numbers, what the menu counts.
    with django_assert_max_num_queries(28):  # 12 of them what the menu counts
        client.get(reverse("plans:version", args=[version.pk]))


def test_a_clause_is_found_by_its_words_in_the_search_of_the_top_bar() -> None:
    version = make_plan()
    client = signed_in(make_user("clerk"))
    answer = client.get("/search/", {"q": "三级医院报销提高到60%"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("plans:version", args=[version.pk]) + "?at=tiers.")
    text = client.get("/search/", {"q": "报销"}).content.decode()
    assert "条款" in text and version.title in text
    assert "条款</h2>" not in client.get("/search/", {"q": "60"}).content.decode()
    assert "条款</h2>" not in client.get("/search/", {"q": "没有这句话"}).content.decode()
    other = signed_in(make_user("clerk", area="441800")).get("/search/", {"q": "报销"})
    assert version.title not in other.content.decode()
