from django.urls import path

from tusoi.web.ratings import views


app_name = "ratings"
urlpatterns = [
    path("", views.board, name="board"),
    path("decide/", views.decide_batch, name="batch"),
    path("decide/quota/", views.quota, name="quota"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/propose/", views.propose, name="propose"),
    path("<int:pk>/appraise/", views.appraise, name="appraise"),
    path("<int:pk>/decide/", views.decide, name="decide"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
