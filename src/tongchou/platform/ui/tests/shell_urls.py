"""The addresses that the shell itself links to."""

from django.urls import URLPattern, URLResolver, include, path

from tongchou.platform.ui.search import search

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tongchou.platform.accounts.urls")),
    path("search/", search, name="search"),
    path("i18n/", include("django.conf.urls.i18n")),
]
