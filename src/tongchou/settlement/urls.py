from django.urls import URLPattern, URLResolver, path

from tongchou.settlement.tables import BillList, FeeLineList
from tongchou.settlement.views import bills, manual, reversals, trial
from tongchou.settlement.worklists import ManualList, ReversalList

app_name = "bills"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", BillList.as_view(), name="list"),
    path("print/", bills.print_many, name="print-many"),
    path("trial/", trial.trial, name="trial"),
    path("manual/", ManualList.as_view(), name="manual-list"),
    path("manual/file/", manual.file_claim, name="manual-file"),
    path("manual/preview/", manual.preview, name="preview-manual"),
    path("manual/<int:pk>/", manual.claim, name="manual"),
    path("manual/<int:pk>/review/", manual.review, name="review-manual"),
    path("manual/<int:pk>/approve/", manual.approve, name="approve-manual"),
    path("reversals/", ReversalList.as_view(), name="reversals"),
    path("reversals/<int:pk>/", reversals.decide, name="reversal"),
    path("reversals/<int:pk>/review/", reversals.review, name="review-reversal"),
    path("<int:number>/", bills.statement, name="statement"),
    path("<int:number>/lines/", FeeLineList.as_view(), name="lines"),
    path("<int:number>/recount/", bills.recount, name="recount"),
    path("<int:number>/working/", bills.working, name="working"),
    path("<int:number>/print/", bills.print_one, name="print"),
    path("<int:number>/verify/<str:proof>/", bills.verify, name="verify"),
    path("<int:number>/reversal/", reversals.propose, name="propose-reversal"),
]
