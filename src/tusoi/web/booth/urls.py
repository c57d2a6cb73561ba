"""Every address of the booth, and no other: the pages are not served here."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tusoi.web.booth import views
from tusoi.web.booth.pages import ENGLISH, VIETNAMESE, fault_page


_pages = [
    path("", views.entry),
    path("ballot/", views.ballot),
    path("cast/", views.cast),
    path("secrecy/", views.secrecy),
]
urlpatterns = [
    path("", include(_pages), {"language": VIETNAMESE}),
    path("en/", include(_pages), {"language": ENGLISH}),
]


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return fault_page(request, 400)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return fault_page(request, 404)


handler403 = handler400


def handler500(request: HttpRequest) -> HttpResponse:
    return fault_page(request, 500)
