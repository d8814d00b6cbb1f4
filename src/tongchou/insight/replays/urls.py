from django.urls import URLPattern, URLResolver, path

from tongchou.insight.replays import views

app_name = "replays"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="list"),
    path("run/", views.run, name="run"),
    path("<int:pk>/", views.replay, name="replay"),
    path("differences/<int:pk>/", views.difference, name="difference"),
]
