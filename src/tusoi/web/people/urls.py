from django.urls import path

from tusoi.web.people import views


app_name = "people"
urlpatterns = [
    path("", views.people, name="list"),
    path("add/<slug:unit_id>/", views.add, name="add"),
    path("<slug:public_id>/", views.detail, name="detail"),
    path("<slug:public_id>/log/", views.log, name="log"),
    path("<slug:public_id>/<slug:verb>/", views.act, name="act"),
    path("<slug:public_id>/<slug:verb>/<int:pk>/", views.act, name="act-on"),
]
