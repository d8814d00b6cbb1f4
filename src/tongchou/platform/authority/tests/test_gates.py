import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.authority import gates
from tongchou.platform.refusal import NotAllowed, Refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tongchou.platform.ui.tests.sample")]


def ask(view: gates.GatedView, user: object) -> HttpResponse:
    request = RequestFactory().get("/page/?a=1")
    request.user = user  # type: ignore[assignment]
    answer = view(request)
    assert isinstance(answer, HttpResponse)
    return answer


@gates.right_required("funds.view")
def funds_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the books")


def test_the_right_opens_the_page() -> None:
    answer = ask(funds_page, make_user("finance"))
    assert answer.content == b"the books"
    assert "no-store" in answer["Cache-Control"]


def test_without_the_right_the_page_says_who_has_it() -> None:
    answer = ask(funds_page, make_user("clerk"))
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "您的岗位是经办岗，不能看这一页" in text
    assert "财务岗" in text
    assert "the books" not in text


def test_a_disabled_user_has_no_right() -> None:
    user = make_user("finance")
    user.is_active = False
    assert ask(funds_page, user).status_code == 403


def test_a_stranger_is_sent_to_sign_in_and_back() -> None:
    answer = ask(funds_page, AnonymousUser())
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/page/%3Fa%3D1"


def test_a_refused_access_is_a_403_with_its_reason() -> None:
    @gates.right_required("bills.view")
    def other_town(request: HttpRequest) -> HttpResponse:
        raise NotAllowed("您只能看平冈镇的结算单")

    answer = ask(other_town, make_user("clerk"))
    assert answer.status_code == 403
    assert "您只能看平冈镇的结算单" in answer.content.decode()


def test_a_refusal_is_a_409_with_its_reason() -> None:
    @gates.right_required("bills.view")
    def late(request: HttpRequest) -> HttpResponse:
        raise Refused("不能冲正 000208。请先冲正 000417")

    answer = ask(late, make_user("clerk"))
    assert answer.status_code == 409
    assert "<b>不能冲正 000208。</b>请先冲正 000417" in answer.content.decode()


def test_every_gate_marks_its_view() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert funds_page.required_right == "funds.view"
    assert gates.signed_in(page).required_right == gates.SIGNED_IN
    assert gates.public(page).required_right == gates.PUBLIC


def test_an_unknown_right_is_a_mistake_of_the_program() -> None:
    with pytest.raises(AssertionError, match=r"funds\.veiw"):
        gates.right_required("funds.veiw")


def test_a_partial_update_without_session_takes_the_page_to_sign_in(client: Client) -> None:
    answer = client.get(
        "/sample/?sort=login",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/sample/?page=3"},
    )
    assert answer["HX-Redirect"] == "/sign-in/?next=/sample/%3Fpage%3D3"


def test_a_partial_update_without_right_is_said_in_the_page(client: Client) -> None:
    client.force_login(make_user("sysadmin"))
    answer = client.get("/others/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer["HX-Retarget"] == "#tc-main"
    assert b"<html" not in answer.content
