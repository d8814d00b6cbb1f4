from django.urls import URLPattern, URLResolver, path

from tongchou.insight.whatif.views import briefing, comparing, copying, keeping, trying

app_name = "whatif"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", trying.page, name="page"),
    path("effect/", trying.effect, name="effect"),
    path("steps/", trying.steps, name="steps"),
    path("export/", copying.copy, name="copy"),
    path("example/", briefing.example, name="example"),
    path("keep/", keeping.keep, name="keep"),
    path("compare/", comparing.compare, name="compare"),
    path("compare/excel/", comparing.excel, name="excel"),
    path("brief/", briefing.brief, name="brief"),
    path("send/", briefing.send, name="send"),
    path("briefs/<int:pk>/", briefing.frozen, name="frozen"),
    path("<int:pk>/", keeping.reform, name="reform"),
    path("<int:pk>/file/", keeping.download, name="file"),
    path("<int:pk>/change/", keeping.change, name="change"),
    path("<int:pk>/rename/", keeping.rename, name="rename"),
    path("<int:pk>/share/", keeping.share, name="share"),
    path("<int:pk>/duplicate/", keeping.duplicate, name="duplicate"),
    path("<int:pk>/drop/", keeping.drop, name="drop"),
]
