from django.urls import path

from tusoi.web.meetings import views


app_name = "meetings"
urlpatterns = [
    path("", views.meeting_list, name="list"),
    path("plan/", views.plan_choose, name="plan_choose"),
    path("plan/<str:cycle_id>/<str:unit_id>/", views.plan, name="plan"),
    path("<str:public_id>/", views.meeting_detail, name="detail"),
    path("<str:public_id>/edit/", views.edit, name="edit"),
    path("<str:public_id>/open/", views.open_meeting, name="open"),
    path("<str:public_id>/close/", views.close, name="close"),
    path("<str:public_id>/cancel/", views.cancel, name="cancel"),
    path("<str:public_id>/reopen/", views.reopen, name="reopen"),
    path("<str:public_id>/attendance/", views.attendance, name="attendance"),
    path("<str:public_id>/officers/", views.officers, name="officers"),
    path("<str:public_id>/guests/", views.add_guest, name="add_guest"),
    path("<str:public_id>/guests/<int:pk>/remove/", views.remove_guest, name="remove_guest"),
    path("<str:public_id>/items/<int:pk>/", views.item_detail, name="item"),
    path("<str:public_id>/items/<int:pk>/remarks/", views.add_remark, name="add_remark"),
    path("<str:public_id>/items/<int:pk>/conclude/", views.conclude, name="conclude"),
    path("<str:public_id>/items/<int:pk>/postpone/", views.postpone, name="postpone"),
    path("<str:public_id>/items/<int:pk>/reopen/", views.reopen_item, name="reopen_item"),
    path("<str:public_id>/remarks/<int:pk>/", views.edit_remark, name="edit_remark"),
    path("<str:public_id>/remarks/<int:pk>/delete/", views.delete_remark, name="delete_remark"),
    path("<str:public_id>/summons/", views.summons, name="summons"),
    path("<str:public_id>/minutes/", views.minutes, name="minutes"),
]
