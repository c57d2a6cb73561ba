from django.urls import path

from tusoi.web.rulebooks import views


app_name = "rulebooks"
urlpatterns = [
    path("", views.rulebook_list, name="list"),
    path("compare/", views.compare, name="compare"),
    path("cycles/<str:cycle_id>/", views.of_cycle, name="cycle"),
    path("<slug:rulebook_id>/", views.detail, name="detail"),
]
