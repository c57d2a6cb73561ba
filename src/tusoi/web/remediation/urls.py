from django.urls import path

from tusoi.web.remediation import views


app_name = "remediation"
urlpatterns = [
    path("", views.board, name="board"),
    path("export/", views.export, name="export"),
    path("mine/", views.mine, name="mine"),
    path("plans/start/", views.start, name="start"),
    path("plans/<slug:public_id>/", views.plan, name="plan"),
    path("plans/<slug:public_id>/approve/", views.approve, name="approve"),
    path("plans/<slug:public_id>/actions/add/", views.add_action, name="add-action"),
    path("actions/<slug:public_id>/", views.action, name="action"),
    path("actions/<slug:public_id>/edit/", views.edit_action, name="edit-action"),
    path("actions/<slug:public_id>/note/", views.note, name="note"),
    path("actions/<slug:public_id>/drop/", views.drop, name="drop"),
    path("actions/<slug:public_id>/reopen/", views.reopen, name="reopen"),
]
