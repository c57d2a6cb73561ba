"""Those of allauth's pages that we use: no sign-up, no letters by e-mail."""

from allauth.account import views as allauth
from django.urls import include, path

from tusoi.web.access import views


urlpatterns = [
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    # Closed; allauth's own pages link to it.
    path("signup/", allauth.signup, name="account_signup"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    # Whoever has no password of their own asks for one; allauth's page leads here.
    path("password/set/", views.no_password, name="account_set_password"),
    path("2fa/", include("allauth.mfa.urls")),
]
