from django.urls import URLPattern, URLResolver, path

from tongchou.platform.trail import tables, views

app_name = "trail"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", tables.ActList.as_view(), name="list"),
    path("verify/", views.verify, name="verify"),
    path("seal/", views.seal, name="seal"),
    path("<int:pk>/", views.act, name="act"),
]
