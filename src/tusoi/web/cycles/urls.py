from django.urls import path

from tusoi.web.cycles import adjusting, progress, views


app_name = "cycles"
_UNIT = "<str:cycle_id>/units/<str:unit_id>"
urlpatterns = [
    path("", views.cycle_list, name="list"),
    path("new/", views.create, name="create"),
    path("<str:cycle_id>/", views.detail, name="detail"),
    path("<str:cycle_id>/edit/", views.edit, name="edit"),
    path("<str:cycle_id>/opening/", views.opening, name="opening"),
    path("<str:cycle_id>/close/", views.close, name="close"),
    path("<str:cycle_id>/files/<str:file_id>/", views.directive_file, name="file"),
    path(f"{_UNIT}/", progress.unit, name="unit"),
    path(f"{_UNIT}/export/", progress.unit_export, name="unit-export"),
    path(f"{_UNIT}/acknowledge/", views.acknowledge, name="acknowledge"),
    path(f"{_UNIT}/dossiers/", progress.dossiers, name="dossiers"),
    path(f"{_UNIT}/dossiers/export/", progress.dossiers_export, name="dossiers-export"),
    path(f"{_UNIT}/dossiers/<int:obligation_id>/cancel/", adjusting.cancel, name="cancel"),
    path(f"{_UNIT}/adjustments/", adjusting.adjustments, name="adjustments"),
    path(f"{_UNIT}/adjustments/close/", adjusting.cancel_unit, name="cancel-unit"),
    path(f"{_UNIT}/adjustments/add/", adjusting.add, name="add"),
    path(f"{_UNIT}/adjustments/hand-over/", adjusting.hand_over, name="hand-over"),
    path(f"{_UNIT}/adjustments/cancel/", adjusting.cancel_many, name="cancel-many"),
    path(f"{_UNIT}/adjustments/<int:adjustment_id>/undo/", adjusting.undo, name="undo"),
    path(f"{_UNIT}/adjustments/units/<str:added_id>/", adjusting.add_unit, name="add-unit"),
    path(f"{_UNIT}/exceptions/", adjusting.exceptions, name="exceptions"),
]
