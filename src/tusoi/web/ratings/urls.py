from django.urls import path

from tusoi.web.ratings import comparing, granting, overtaking, views


app_name = "ratings"
urlpatterns = [
    path("", views.board, name="board"),
    path("decide/", views.decide_batch, name="batch"),
    path("decide/quota/", views.quota, name="quota"),
    path("exceptions/", granting.exceptions, name="exceptions"),
    path(
        "exceptions/<int:pk>/withdraw/",
        granting.withdraw_exception,
        name="withdraw-exception",
    ),
    path("overtaken/", overtaking.overtaken, name="overtaken"),
    path("replay/", comparing.replay, name="replay"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/propose/", views.propose, name="propose"),
    path("<int:pk>/appraise/", views.appraise, name="appraise"),
    path("<int:pk>/decide/", views.decide, name="decide"),
    path("<int:pk>/class/", views.classify, name="classify"),
    path("<int:pk>/again/", views.again, name="again"),
    path("<int:pk>/again/<int:record_id>/", views.again_decision, name="again-decision"),
    path("<int:pk>/what-if/", comparing.what_if, name="what-if"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
