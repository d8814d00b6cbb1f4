"""What the person's page shows of the personal account: its balance, and who pays for whom."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode

from tongchou.funds import queries as funds
from tongchou.people import hooks
from tongchou.people.models import Person
from tongchou.platform.authority.gates import user_of
from tongchou.platform.ui.lists import Tag
from tongchou.sharing import queries
from tongchou.sharing.models import AccountLink
from tongchou.sharing.tables import link_url, relation_tags, state_tag

Row = tuple[AccountLink, str, list[Tag], Tag]


def account_of(request: HttpRequest, person: Person) -> str:
    user = user_of(request)
    if not user.may("sharing.view"):
        return ""
    has_account = funds.has_account(person.pk)
    given, received = queries.given_by(person), queries.given_to(person)
    context = {
        "person": person,
        "has_account": has_account,
        "balance": funds.personal_balance(person.pk),
        "given": [_row(one) for one in given],
        "received": [_row(one) for one in received],
        "moves_url": f"{reverse('sharing:moves')}?{urlencode({'person': person.psn_no})}",
        "may_link": has_account and person.merged_into_id is None and user.may("sharing.edit"),
    }
    return render_to_string("sharing/section.html", context, request)


def _row(link: AccountLink) -> Row:
    return link, link_url(link), relation_tags(link), state_tag(link)


def register() -> None:
    hooks.add_section(place="main", order=15, render=account_of)
