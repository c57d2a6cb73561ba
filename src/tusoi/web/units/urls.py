from django.urls import path

from tusoi.web.units import reorganization, views


app_name = "units"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("<slug:public_id>/", views.detail, name="detail"),
    path("<slug:public_id>/members/", views.members, name="members"),
    path("<slug:public_id>/history/", views.history, name="history"),
    path("<slug:public_id>/log/", views.log, name="log"),
    path("<slug:public_id>/collectives/add/", views.add_collective, name="add-collective"),
    path("<slug:public_id>/facts/<slug:verb>/", views.add_fact, name="add-fact"),
    path("<slug:public_id>/reorganize/<slug:verb>/", reorganization.reshape, name="reorganize"),
]
