from django.urls import URLPattern, URLResolver, path

from tongchou.pooling import tables, views

app_name = "pooling"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", tables.ChangeList.as_view(), name="list"),
    path("new/", views.propose, name="propose"),
    path("remittances/", tables.RemittanceList.as_view(), name="remittances"),
    path("remittances/<int:pk>/", views.remittance, name="remittance"),
    path("remittances/<int:pk>/post/", views.post, name="post"),
    path("remittances/<int:pk>/drop/", views.drop_remittance, name="drop-remittance"),
    path("remittances/<int:pk>/undo/", views.undo_remittance, name="undo"),
    path("<int:pk>/", views.change, name="change"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/drop/", views.drop, name="drop"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/remit/", views.remit, name="remit"),
]
