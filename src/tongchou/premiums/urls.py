app_name = "premiums"
urlpatterns = []
