from django.urls import URLPattern, URLResolver, path

from tongchou.people import tables
from tongchou.people.views import facts, person

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", tables.PersonList.as_view(), name="list"),
    path("register/", facts.register_person, name="register"),
    path("<str:psn_no>/", person.person, name="person"),
    path("<str:psn_no>/number/", person.masked_number, name="number"),
    path("<str:psn_no>/number/show/", person.show_number, name="number-show"),
    path("<str:psn_no>/facts/", facts.add, name="facts"),
    path("<str:psn_no>/facts/<str:kind>/", facts.add, name="fact-add"),
    path("<str:psn_no>/facts/<str:lane>/<int:pk>/", facts.correct, name="fact-correct"),
]
