from django.urls import URLPattern, URLResolver, path

from tongchou.funds import views

app_name = "funds"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.trial_balance, name="trial-balance"),
    path("entries/<int:number>/", views.entry, name="entry"),
    path("print/", views.print_balance, name="print"),
    path("export/", views.export, name="export"),
]
