from django.urls import URLPattern, URLResolver, path

from tongchou.arrears import batches, views

app_name = "arrears"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="list"),
    path("batches/propose/", batches.propose, name="propose-batch"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/decide/", batches.decide, name="decide-batch"),
    path("batches/<int:pk>/notice/", batches.notice, name="notice"),
    path("batches/<int:pk>/signatures/", batches.signatures, name="signatures"),
    path("years/<int:pk>/", views.propose, name="propose"),
    path("<int:pk>/", views.arrear, name="arrear"),
    path("<int:pk>/decide/", views.decide, name="decide"),
]
