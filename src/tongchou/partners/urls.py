from django.urls import URLPattern, URLResolver, path

from tongchou.partners import tables, views

app_name = "partners"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", tables.PartnerList.as_view(), name="list"),
    path("register/", views.register, name="register"),
    path("agreements/", tables.AgreementList.as_view(), name="agreements"),
    path("agreements/<int:pk>/", views.agreement, name="agreement"),
    path("agreements/<int:pk>/paper/", views.paper, name="paper"),
    path("<str:code>/", views.partner, name="partner"),
    path("<str:code>/correct/", views.correct, name="correct"),
    path("<str:code>/record/", views.record, name="record"),
]
