from django.urls import path

from tusoi.web.reminders import address, feed, views


app_name = "reminders"
urlpatterns = [
    path("", views.listed, name="list"),
    path("choices/", views.choices, name="choices"),
    path("address/send/", address.send, name="send-confirmation"),
    path("address/<str:token>/", address.confirm, name="confirm"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/revoke/", views.revoke, name="revoke"),
    path("calendar/<str:token>.ics", feed.calendar, name="feed"),
]
