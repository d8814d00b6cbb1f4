from django.urls import URLPattern, URLResolver, path

from tongchou.insight import views

app_name = "insight"
urlpatterns: list[URLPattern | URLResolver] = [path("", views.home, name="home")]
