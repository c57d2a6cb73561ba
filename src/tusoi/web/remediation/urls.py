from django.urls import path

from tusoi.web.remediation.views import (
    actions,
    board,
    bulk,
    overview,
    plans,
    shortcomings,
    units,
    waiting,
)


app_name = "remediation"
urlpatterns = [
    path("", board.board, name="board"),
    path("overview/", overview.overview, name="overview"),
    path("export/", board.export, name="export"),
    path("change-many/", bulk.change_many, name="change-many"),
    path("waiting/", waiting.waiting, name="waiting"),
    path("lists/", units.lists, name="lists"),
    path("lists/<int:pk>/end/", units.end_entry, name="end-entry"),
    path("hand-over/", units.hand_over_all, name="hand-over-all"),
    path("mine/", actions.mine, name="mine"),
    path("plans/", plans.plans, name="plans"),
    path("plans/start/", plans.start, name="start"),
    path("plans/<slug:public_id>/", plans.plan, name="plan"),
    path("plans/<slug:public_id>/print/", plans.printed, name="plan-print"),
    path("plans/<slug:public_id>/versions/", plans.versions, name="plan-versions"),
    path("plans/<slug:public_id>/actions/add/", actions.add_action, name="add-action"),
    path("plans/<slug:public_id>/<slug:verb>/", plans.act, name="plan-act"),
    path("actions/<slug:public_id>/", actions.action, name="action"),
    path("actions/<slug:public_id>/edit/", actions.edit_action, name="edit-action"),
    path("actions/<slug:public_id>/hand-over/", actions.hand_over, name="hand-over"),
    path("actions/<slug:public_id>/versions/<int:pk>/settle/", actions.settle, name="settle"),
    path("actions/<slug:public_id>/<slug:verb>/", actions.act, name="action-act"),
    path("shortcomings/record/", shortcomings.record, name="record"),
    path("shortcomings/<slug:public_id>/", shortcomings.shortcoming, name="shortcoming"),
    path("shortcomings/<slug:public_id>/edit/", shortcomings.edit, name="edit-shortcoming"),
    path("shortcomings/<slug:public_id>/<slug:verb>/", shortcomings.act, name="shortcoming-act"),
]
