from django.urls import URLPattern, URLResolver, path

from tongchou.registers import tables
from tongchou.registers.views import cases, comparing, receiving, reviewing

app_name = "registers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", comparing.index, name="list"),
    path("free/", tables.FreeList.as_view(), name="free"),
    path("coverage/", comparing.coverage, name="coverage"),
    path("coverage/rows/", tables.CountedList.as_view(), name="counted"),
    path("coverage/rows/<int:pk>/", reviewing.person, name="person-row"),
    path("coverage/helped/", tables.HelpedList.as_view(), name="helped"),
    path("compare/", comparing.compare, name="compare"),
    path("runs/<int:pk>/", comparing.run, name="run"),
    path("runs/<int:pk>/issue/", comparing.issue, name="issue"),
    path("receive/", receiving.receive, name="receive"),
    path("files/<int:pk>/", receiving.file, name="file"),
    path("files/<int:pk>/decide/", receiving.decide, name="decide"),
    path("review/", reviewing.review, name="review"),
    path("review/<int:pk>/", reviewing.match, name="match"),
    path("review/<int:pk>/remove/", reviewing.remove, name="remove-pin"),
    path("cases/", tables.CaseList.as_view(), name="cases"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("evidence/<int:pk>/", cases.evidence, name="evidence"),
]
