"""The one table of addresses. The gateway's addresses are answered before it (exchange.door)."""

from django.urls import URLPattern, URLResolver, include, path

from tongchou.platform.ui.search import search

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tongchou.insight.urls")),
    path("", include("tongchou.platform.accounts.urls")),
    path("search/", search, name="search"),
    path("people/", include("tongchou.people.urls")),
    path("catalogue/", include("tongchou.catalogue.urls")),
    path("providers/", include("tongchou.providers.urls")),
    path("partners/", include("tongchou.partners.urls")),
    path("plans/", include("tongchou.plans.urls")),
    path("replays/", include("tongchou.insight.replays.urls")),
    path("whatif/", include("tongchou.insight.whatif.urls")),
    path("funds/", include("tongchou.funds.urls")),
    path("premiums/", include("tongchou.premiums.urls")),
    path("sharing/", include("tongchou.sharing.urls")),
    path("payouts/", include("tongchou.payouts.urls")),
    path("arrears/", include("tongchou.arrears.urls")),
    path("transitions/", include("tongchou.transitions.urls")),
    path("pooling/", include("tongchou.pooling.urls")),
    path("rosters/", include("tongchou.rosters.urls")),
    path("registers/", include("tongchou.registers.urls")),
    path("bills/", include("tongchou.settlement.urls")),
    path("gateway/", include("tongchou.exchange.urls")),
    path("jobs/", include("tongchou.platform.jobs.urls")),
    path("workdays/", include("tongchou.platform.workdays.urls")),
    path("trail/", include("tongchou.platform.trail.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
