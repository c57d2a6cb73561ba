"""Every address. A room's pages live below its own name."""

from django.urls import include, path

from tusoi.web import views


urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
