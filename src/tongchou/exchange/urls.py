from django.urls import URLPattern, URLResolver, path

from tongchou.exchange import views

app_name = "gateway"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.live, name="monitor"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("reconcile/", views.reconciliation, name="reconcile"),
    path("reconcile/<str:code>/", views.reconcile_one, name="reconcile-one"),
    path("statements/<int:pk>/", views.statement, name="statement"),
]
