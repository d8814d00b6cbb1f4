from django.urls import URLPattern, URLResolver, path

from tongchou.exchange import views
from tongchou.exchange.tables import MessageList

app_name = "gateway"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.live, name="monitor"),
    path("wall/", views.wall, name="wall"),
    path("messages/", MessageList.as_view(), name="messages"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("reconcile/", views.reconciliation, name="reconcile"),
    path("reconcile/<str:code>/", views.reconcile_one, name="reconcile-one"),
    path("reconcile/statements/<int:pk>/", views.statement, name="statement"),
]
