from django.urls import URLPattern, URLResolver, path

from tongchou.providers import tables, views

app_name = "providers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", tables.InstitutionList.as_view(), name="list"),
    path("doctors/", tables.DoctorList.as_view(), name="doctors"),
    path("register/", views.register, name="register"),
    path("<str:code>/", views.institution, name="institution"),
    path("<str:code>/agreement/", views.change_agreement, name="agreement"),
    path("<str:code>/restore/", views.restore_agreement, name="restore"),
    path("<str:code>/registration/", views.correct_registration, name="registration"),
    path("<str:code>/capability/", views.set_capability, name="capability"),
    path("<str:code>/token/", views.rotate_token, name="token"),
    path("<str:code>/doctors/", views.register_doctor, name="register-doctor"),
    path("<str:code>/doctors/<str:doctor_code>/", views.doctor, name="doctor"),
]
