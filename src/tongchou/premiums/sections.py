"""What the person's page shows of premiums: year by year, as dated facts."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string

from tongchou.core.rosters.words import category_word
from tongchou.people import hooks
from tongchou.people.models import Person
from tongchou.platform.authority.gates import user_of
from tongchou.platform.ui.lists import Tag
from tongchou.premiums import queries
from tongchou.premiums.models import Exemption, Payment, Refund, SubsidyLine, Waiver
from tongchou.premiums.tables import refund_tag


@dataclass(frozen=True, slots=True)
class YearShown:
    """What is registered of a year, struck or not, the last first."""

    year: int
    payments: list[Payment]
    exemptions: list[tuple[Exemption, str]]
    waivers: list[Waiver]
    refunds: list[tuple[Refund, Tag]]
    subsidies: list[SubsidyLine]


def years_shown(person: Person) -> list[YearShown]:
    mine = {"person": person}
    payments = list(Payment.objects.filter(**mine).order_by("-pk"))
    exemptions = list(Exemption.objects.filter(**mine).order_by("-pk"))
    waivers = list(Waiver.objects.filter(**mine).defer("content").order_by("-pk"))
    refunds = list(
        Refund.objects.filter(payment__person=person).select_related("payment").order_by("-pk")
    )
    lines = list(SubsidyLine.objects.filter(**mine, stands=True).select_related("run"))
    payouts = queries.payouts_of(refunds)
    return [
        YearShown(
            year,
            [one for one in payments if one.year == year],
            [(one, category_word(one.ground)) for one in exemptions if one.year == year],
            [one for one in waivers if one.year == year],
            [
                (one, refund_tag(one, payouts.get(one.pk, "")))
                for one in refunds
                if one.payment.year == year
            ],
            [one for one in lines if one.year == year],
        )
        for year in queries.years_of(person)
    ]


def premiums_of(request: HttpRequest, person: Person) -> str:
    """Below the facts: payments, exemptions, letters, refunds and subsidies by year."""
    user = user_of(request)
    if not user.may("premiums.view"):
        return ""
    context = {"person": person, "shown": years_shown(person)}
    return render_to_string("premiums/sections/person.html", context, request)


def register() -> None:
    hooks.add_section(place="main", order=20, render=premiums_of)
