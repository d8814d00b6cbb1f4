from django.urls import URLPattern, URLResolver, path

from tongchou.rosters.lookback import LookBack
from tongchou.rosters.standing_lists import ApplicationList, ResponsibleList
from tongchou.rosters.tables import CaseList, PinList
from tongchou.rosters.views import (
    applying,
    cases,
    county,
    night,
    pins,
    receiving,
    responsibles,
    reviewing,
    rounds,
)

app_name = "rosters"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", county.index, name="list"),
    path("compare/", county.compare, name="compare"),
    path("runs/<int:pk>/", county.run, name="run"),
    path("runs/<int:pk>/issue/", county.issue, name="issue"),
    path("receive/", receiving.receive, name="receive"),
    path("senders/", receiving.senders, name="senders"),
    path("files/<int:pk>/", receiving.file, name="file"),
    path("files/<int:pk>/decide/", receiving.decide, name="decide"),
    path("review/", reviewing.desk, name="review"),
    path("review/<int:pk>/", reviewing.row, name="review-row"),
    path("pins/", PinList.as_view(), name="pins"),
    path("pins/<int:pk>/", pins.pin, name="pin"),
    path("pins/<int:pk>/remove/", pins.remove, name="pin-remove"),
    path("rounds/", rounds.index, name="rounds"),
    path("rounds/<int:pk>/", rounds.differences, name="differences"),
    path("files/<int:pk>/return/", rounds.give_back, name="give-back"),
    path("returns/<int:pk>/", rounds.returned, name="returned"),
    path("lookback/", LookBack.as_view(), name="lookback"),
    path("night/", night.index, name="night"),
    path("night/run/", night.ask, name="night-run"),
    path("night/recount/", night.recount, name="recount"),
    path("cases/", CaseList.as_view(), name="cases"),
    path("worksheet/", cases.worksheet, name="worksheet"),
    path("answers/", cases.answers, name="answers"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("applications/", ApplicationList.as_view(), name="applications"),
    path("applications/new/", applying.apply, name="apply"),
    path("applications/<int:pk>/", applying.application, name="application"),
    path("applications/<int:pk>/decide/", applying.decide, name="application-decide"),
    path("applications/<int:pk>/material/", applying.material, name="application-material"),
    path("responsible/", ResponsibleList.as_view(), name="responsibles"),
    path("responsible/appoint/", responsibles.appoint, name="appoint"),
    path("responsible/list/", responsibles.take_list, name="responsibles-list"),
    path("responsible/<int:pk>/", responsibles.responsible, name="responsible"),
    path("evidence/<int:pk>/", cases.evidence, name="evidence"),
]
