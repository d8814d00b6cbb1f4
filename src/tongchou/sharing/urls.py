from django.urls import URLPattern, URLResolver, path

from tongchou.sharing import tables, views

app_name = "sharing"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", tables.LinkList.as_view(), name="list"),
    path("moves/", tables.MoveList.as_view(), name="moves"),
    path("links/<int:pk>/", views.link, name="link"),
    path("links/<int:pk>/unlink/", views.unlink, name="unlink"),
    path("links/<int:pk>/strike/", views.strike, name="strike"),
    path("of/<str:psn_no>/new/", views.new, name="new"),
]
