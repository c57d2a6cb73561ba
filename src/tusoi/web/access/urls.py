from django.urls import path

from tusoi.web.access import views


app_name = "access"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
]
