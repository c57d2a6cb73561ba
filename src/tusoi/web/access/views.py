from django.http import HttpResponse
from django.shortcuts import render

from tusoi.web.http import SIGNED_IN, SignedInRequest, page


@page(permission=SIGNED_IN)
def profile(request: SignedInRequest) -> HttpResponse:
    return render(request, "access/profile.html")
