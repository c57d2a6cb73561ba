from django.urls import path

from tusoi.web.ballots import views


app_name = "ballots"
urlpatterns = [
    path("<str:public_id>/prepare/", views.prepare, name="prepare"),
    path("<int:pk>/", views.poll_detail, name="poll"),
    path("<int:pk>/subject/", views.add_subject, name="subject"),
    path("<int:pk>/yes-no/", views.add_yes_no, name="yes_no"),
    path("<int:pk>/choose/", views.add_choose, name="choose"),
    path("<int:pk>/questions/<int:question_id>/remove/", views.remove_question, name="remove"),
    path("<int:pk>/mode/", views.change_mode, name="mode"),
    path("<int:pk>/discard/", views.discard, name="discard"),
    path("<int:pk>/rehearse/", views.rehearse, name="rehearse"),
    path("<int:pk>/end-rehearsal/", views.end_rehearsal, name="end_rehearsal"),
    path("<int:pk>/open/", views.open_poll, name="open"),
    path("<int:pk>/issue/", views.issue, name="issue"),
    path("<int:pk>/spoil/", views.spoil, name="spoil"),
    path("<int:pk>/ask-spares/", views.ask_spares, name="ask_spares"),
    path("<int:pk>/use-spares/", views.use_spares, name="use_spares"),
    path("<int:pk>/close/", views.close, name="close"),
    path("<int:pk>/tally/", views.tally, name="tally"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/urn/", views.open_urn, name="urn"),
    path("<int:pk>/unlock/", views.unlock, name="unlock"),
    path("<int:pk>/check/", views.check, name="check"),
    path("<int:pk>/sign/", views.sign, name="sign"),
    path("<int:pk>/ask-void/", views.ask_void, name="ask_void"),
    path("<int:pk>/refuse-void/", views.withdraw_void, name="withdraw_void"),
    path("<int:pk>/void/", views.void, name="void"),
    path("<int:pk>/repeat/", views.repeat, name="repeat"),
    path("<int:pk>/papers/", views.papers, name="papers"),
    path("<int:pk>/minutes/", views.minutes, name="minutes"),
]
