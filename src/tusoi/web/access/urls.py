from django.urls import path

from tusoi.web.access import views


app_name = "access"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("sample-sign-in/", views.demo_sign_in, name="demo-sign-in"),
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/new/", views.people_without, name="people-without"),
    path("accounts/create/", views.create, name="create"),
    path("accounts/<int:pk>/", views.account, name="account"),
    path("accounts/<int:pk>/grants/<int:grant_pk>/revoke/", views.revoke, name="revoke"),
    path("accounts/<int:pk>/deactivate/", views.deactivate, name="deactivate"),
    path("accounts/<int:pk>/reactivate/", views.reactivate, name="reactivate"),
    path("accounts/<int:pk>/password/", views.reset_password, name="reset-password"),
]
