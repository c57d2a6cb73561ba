"""Every address. A room's pages live below its own name."""

from django.conf import settings
from django.urls import include, path

from tusoi.web import views


urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include("tusoi.web.access.sign_in_urls")),
    path("access/", include("tusoi.web.access.urls")),
    path("ballots/", include("tusoi.web.ballots.urls")),
    path("find/", views.find, name="find"),
    path("cycles/", include("tusoi.web.cycles.urls")),
    path("files/", include("tusoi.web.files.urls")),
    path("imports/", include("tusoi.web.imports.urls")),
    path("meetings/", include("tusoi.web.meetings.urls")),
    path("people/", include("tusoi.web.people.urls")),
    path("ratings/", include("tusoi.web.ratings.urls")),
    path("remediation/", include("tusoi.web.remediation.urls")),
    path("reminders/", include("tusoi.web.reminders.urls")),
    path("reports/", include("tusoi.web.reports.urls")),
    path("reviews/", include("tusoi.web.reviews.urls")),
    path("rulebooks/", include("tusoi.web.rulebooks.urls")),
    path("secrecy/", views.secrecy, name="secrecy"),
    path("units/", include("tusoi.web.units.urls")),
    path("language/", views.language, name="set_language"),
]
if settings.TUSOI_BENCH:
    urlpatterns.append(path("bench/empty/", views.empty))
