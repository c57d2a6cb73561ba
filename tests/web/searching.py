"""Searching as a browser does: the form is posted, and the list behind the redirect read."""

from django.urls import reverse


def find(client, address, **typed):
    return client.post(reverse("find"), {"list": address, **typed}, follow=True)
