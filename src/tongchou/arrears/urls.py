from django.urls import URLPattern, URLResolver, path

from tongchou.arrears import views

app_name = "arrears"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="list"),
    path("years/<int:pk>/", views.propose, name="propose"),
    path("<int:pk>/", views.arrear, name="arrear"),
    path("<int:pk>/decide/", views.decide, name="decide"),
]
