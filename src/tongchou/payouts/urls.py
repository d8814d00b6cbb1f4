from django.urls import URLPattern, URLResolver, path

from tongchou.payouts import tables, views

app_name = "payouts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="list"),
    path("make/", views.make, name="make"),
    path("payables/", tables.PayableList.as_view(), name="payables"),
    path("receivables/", tables.ReceivableList.as_view(), name="receivables"),
    path("receivables/<int:pk>/", views.receivable, name="receivable"),
    path("batches/<int:pk>/", views.batch, name="batch"),
    path("batches/<int:pk>/decide/", views.decide, name="decide"),
    path("batches/<int:pk>/send/", views.send, name="send"),
    path("batches/<int:pk>/answer/", views.answer, name="answer"),
    path("batches/<int:pk>/xlsx/", views.file, {"form": "xlsx"}, name="xlsx"),
    path("batches/<int:pk>/csv/", views.file, {"form": "csv"}, name="csv"),
    path("payments/<int:pk>/slip/", views.slip, name="slip"),
    path("accounts/<str:psn_no>/new/", views.account, name="account"),
    path("accounts/<int:pk>/strike/", views.strike, name="strike"),
    path("accounts/<int:pk>/number/", views.masked_number, name="number"),
    path("accounts/<int:pk>/number/show/", views.show_number, name="number-show"),
]
