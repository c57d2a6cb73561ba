from django.urls import path

from tusoi.web.ballots import views


app_name = "ballots"
urlpatterns = [
    path("<str:public_id>/<int:obligation_id>/open/", views.open_round, name="open"),
    path("<int:pk>/", views.round_detail, name="round"),
    path("<int:pk>/sheet/", views.sheet, name="sheet"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/ask-void/", views.ask_void, name="ask_void"),
    path("<int:pk>/refuse-void/", views.withdraw_void, name="withdraw_void"),
    path("<int:pk>/void/", views.void, name="void"),
]
