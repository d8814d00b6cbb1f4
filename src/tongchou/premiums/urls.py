from django.urls import URLPattern, URLResolver, path

from tongchou.premiums import tables
from tongchou.premiums.views import exemptions, persons, refunds, subsidies, years

app_name = "premiums"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", years.year, name="year"),
    path("persons/", tables.PersonList.as_view(), name="persons"),
    path("persons/<str:psn_no>/", persons.person, name="person"),
    path("payments/", tables.PaymentList.as_view(), name="payments"),
    path("payments/take/", years.take, name="take"),
    path("refunds/", tables.RefundList.as_view(), name="refunds"),
    path("refunds/<int:pk>/", refunds.refund, name="refund"),
    path("refunds/<int:pk>/decide/", refunds.decide, name="decide-refund"),
    path("exemptions/", exemptions.exempt_class, name="exempt-class"),
    path("subsidies/propose/", subsidies.propose, name="propose-subsidy"),
    path("subsidies/<int:pk>/", subsidies.subsidy, name="subsidy"),
    path("subsidies/<int:pk>/lines/", tables.SubsidyLines.as_view(), name="subsidy-lines"),
    path("subsidies/<int:pk>/decide/", subsidies.decide, name="decide-subsidy"),
    path("struck/<str:kind>/<int:pk>/", persons.strike, name="strike"),
    path("letters/<int:pk>/", persons.letter, name="letter"),
]
