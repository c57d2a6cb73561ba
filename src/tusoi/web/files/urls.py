from django.urls import path

from tusoi.web.files import views


app_name = "files"
urlpatterns = [
    path("<slug:public_id>/", views.download, name="download"),
    path("<slug:public_id>/delete/", views.delete, name="delete"),
]
