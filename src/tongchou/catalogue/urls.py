from django.urls import URLPattern, URLResolver, path

from tongchou.catalogue import tables, views

app_name = "catalogue"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", tables.ItemList.as_view(), name="list"),
    path("items/<str:code>/", views.item, name="item"),
    path("diseases/", tables.DiseaseList.as_view(), name="diseases"),
    path("imports/", tables.ImportList.as_view(), name="imports"),
    path("imports/upload/", views.upload, name="upload"),
    path("imports/<int:pk>/", views.preview, name="import"),
    path("imports/<int:pk>/accept/", views.accept, name="accept"),
    path("imports/<int:pk>/refuse/", views.refuse, name="refuse"),
    path("imports/<int:pk>/problems/", views.problems, name="problems"),
]
