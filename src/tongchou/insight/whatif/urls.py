from django.urls import URLPattern, URLResolver, path

from tongchou.insight.whatif.views import copying, trying

app_name = "whatif"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", trying.page, name="page"),
    path("effect/", trying.effect, name="effect"),
    path("steps/", trying.steps, name="steps"),
    path("copy/", copying.copy, name="copy"),
]
