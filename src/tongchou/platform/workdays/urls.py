from django.urls import URLPattern, URLResolver, path

from tongchou.platform.workdays import views

app_name = "workdays"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="list"),
    path("import/", views.take, name="import"),
    path("<int:pk>/remove/", views.remove, name="remove"),
]
