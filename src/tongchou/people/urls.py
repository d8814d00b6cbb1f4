from django.urls import URLPattern, URLResolver, path

from tongchou.people import tables
from tongchou.people.views import facts, merging, person

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", tables.PersonList.as_view(), name="list"),
    path("register/", facts.register_person, name="register"),
    path("merges/", merging.index, name="merges"),
    path("merges/<int:pk>/", merging.merge, name="merge"),
    path("merges/<int:pk>/decide/", merging.decide, name="merge-decide"),
    path("merges/<int:pk>/undo/", merging.undo, name="merge-undo"),
    path("merges/<int:pk>/paper/", merging.paper, name="merge-paper"),
    path("merges/<str:psn_no>/<str:other>/", merging.beside, name="merge-beside"),
    path("<str:psn_no>/", person.person, name="person"),
    path("<str:psn_no>/number/", person.masked_number, name="number"),
    path("<str:psn_no>/number/show/", person.show_number, name="number-show"),
    path("<str:psn_no>/facts/", facts.add, name="facts"),
    path("<str:psn_no>/facts/<str:kind>/", facts.add, name="fact-add"),
    path("<str:psn_no>/facts/<str:lane>/<int:pk>/", facts.correct, name="fact-correct"),
]
