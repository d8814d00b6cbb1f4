from django.urls import URLPattern, URLResolver, path

from tongchou.insight import reports, views

app_name = "insight"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("reports/", reports.page, name="reports"),
    path("reports/file/", reports.file, name="reports-file"),
]
