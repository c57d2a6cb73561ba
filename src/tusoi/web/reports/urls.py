from django.urls import path

from tusoi.web.reports import integrity, views


app_name = "reports"
urlpatterns = [
    path("dashboard/", views.entrance, name="entrance"),
    path("dashboard/<str:cycle_id>/", views.dashboard, name="dashboard"),
    path("dashboard/<str:cycle_id>/<str:unit_id>/", views.dashboard, name="unit-dashboard"),
    path("integrity/", integrity.overview, name="integrity"),
    path("integrity/export/", integrity.export, name="integrity-export"),
    path("integrity/<slug:key>/", integrity.one, name="integrity-check"),
    path("targets/", views.targets, name="targets"),
    path("targets/export/", views.targets_export, name="targets-export"),
    path("units/<str:cycle_id>/<str:unit_id>/", views.unit, name="unit"),
]
