from django.urls import URLPattern, URLResolver, path

from tongchou.platform.accounts import users, views

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("me/", views.me, name="me"),
    path("users/", users.UserList.as_view(), name="users"),
    path("users/add/", users.add, name="user-add"),
    path("users/posts/", users.posts, name="posts"),
    path("users/<str:login>/", users.detail, name="user"),
]
