from django.urls import URLPattern, path

from tusoi.web.reviews import author, many, officers, superior


app_name = "reviews"
urlpatterns: list[URLPattern] = [
    path("", officers.dossiers, name="list"),
    path("mine/", author.mine, name="mine"),
    path("prompts/", officers.prompts, name="prompts"),
    path("initiatives/", officers.initiatives, name="initiatives"),
    path("accept/", many.accept_many, name="accept-many"),
    path("return/", many.return_many, name="return-many"),
    path("dossiers/<int:obligation_id>/start/", author.start, name="start"),
    path("dossiers/<int:obligation_id>/prompt/", officers.prompt, name="prompt"),
    path("dossiers/<int:obligation_id>/comment/", officers.comment, name="comment"),
    path("prompts/<int:prompt_id>/withdraw/", officers.withdraw_prompt, name="prompt-withdraw"),
    path("<slug:public_id>/", author.read, name="read"),
    path("<slug:public_id>/write/", author.write, name="write"),
    path("<slug:public_id>/history/", author.history, name="history"),
    path("<slug:public_id>/withdraw/", author.withdraw, name="withdraw"),
    path("<slug:public_id>/return/", officers.send_back, name="return"),
    path("<slug:public_id>/accept/", officers.accept, name="accept"),
    path("<slug:public_id>/superior/", superior.answer, name="superior"),
]
