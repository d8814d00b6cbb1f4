from django.urls import URLPattern, URLResolver

app_name = "bills"
urlpatterns: list[URLPattern | URLResolver] = []
