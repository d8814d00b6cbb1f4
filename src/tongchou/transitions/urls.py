from django.urls import URLPattern, URLResolver, path

from tongchou.transitions import tables, views

app_name = "transitions"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", tables.TransitionList.as_view(), name="list"),
    path("new/", views.receive, name="receive"),
    path("template/", views.template, name="template"),
    path("<int:pk>/", views.transition, name="transition"),
    path("<int:pk>/check/", views.check, name="check"),
    path("<int:pk>/try/", views.try_merge, name="try"),
    path("<int:pk>/explain/", views.explain, name="explain"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/drop/", views.drop, name="drop"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/comparison/", tables.ComparisonList.as_view(), name="comparison"),
    path("<int:pk>/rows/", tables.SpellList.as_view(), name="rows"),
    path("<int:pk>/problems/", tables.ProblemList.as_view(), name="problems"),
]
