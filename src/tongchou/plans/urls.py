from django.urls import URLPattern, URLResolver, path

from tongchou.plans.views import acts, drafting, pages

app_name = "plans"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.index, name="list"),
    path("<int:pk>/", pages.sheet, name="version"),
    path("<int:pk>/number/", pages.number, name="number"),
    path("<int:pk>/compare/", pages.compare, name="compare"),
    path("<int:pk>/cases/", pages.cases, name="cases"),
    path("<int:pk>/history/", pages.history, name="history"),
    path("<int:pk>/print/", pages.print_clauses, name="print"),
    path("<int:pk>/draft/", drafting.begin, name="draft"),
    path("<int:pk>/number/edit/", drafting.edit_number, name="edit-number"),
    path("<int:pk>/text/", drafting.edit_text, name="text"),
    path("<int:pk>/take-results/", drafting.take_results, name="take-results"),
    path("<int:pk>/submit/", acts.submit, name="submit"),
    path("<int:pk>/return/", acts.give_back, name="return"),
    path("<int:pk>/check/", acts.check, name="check"),
    path("<int:pk>/adopt/", acts.adopt, name="adopt"),
    path("<int:pk>/withdraw/", acts.withdraw, name="withdraw"),
]
