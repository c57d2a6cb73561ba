from django.urls import path

from tusoi.web.imports import views


app_name = "imports"
urlpatterns = [
    path("", views.upload, name="upload"),
    path("template.xlsx", views.template, name="template"),
    path("template-<slug:kind>.csv", views.template_csv, name="template-csv"),
    path("<slug:public_id>/", views.batch, name="batch"),
    path("<slug:public_id>/apply/", views.apply, name="apply"),
    path("<slug:public_id>/discard/", views.discard, name="discard"),
    path("<slug:public_id>/problems.xlsx", views.marked, name="marked"),
    path("<slug:public_id>/problems.csv", views.problems, name="problems"),
]
