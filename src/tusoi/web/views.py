from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tusoi.web.http import SIGNED_IN, page


@page(permission=SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html")
