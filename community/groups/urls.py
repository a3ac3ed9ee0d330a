"""Addresses of groups: below /<lang>/community/groups/."""

from django.urls import path

from community.groups import comment_views, member_views, paper_label_views, paper_views, views

GROUP = "<uuid:public_id>/"
PERSON = f"{GROUP}members/<uuid:person>/"
PAPER = f"{GROUP}papers/<uuid:paper_id>/"
COMMENT = f"{PAPER}comments/<uuid:comment>/"

urlpatterns = [
    path("", views.groups, name="community_groups"),
    path("new/", views.new, name="community_group_new"),
    path(GROUP, views.group, name="community_group"),
    path(f"{GROUP}edit/", views.edit, name="community_group_edit"),
    path(f"{GROUP}how-to-join/", views.door, name="community_group_door"),
    path(f"{GROUP}state/", views.state, name="community_group_state"),
    path(f"{GROUP}join/", views.join, name="community_group_join"),
    path(f"{GROUP}ask/", views.ask, name="community_group_ask"),
    path(f"{GROUP}withdraw/", views.withdraw, name="community_group_withdraw"),
    path(f"{GROUP}invitation/", views.invitation, name="community_group_invitation"),
    path(f"{GROUP}leave/", views.leave, name="community_group_leave"),
    path(f"{GROUP}seen/", views.seen, name="community_group_seen"),
    path(f"{GROUP}members/", member_views.members, name="community_group_members"),
    path(f"{GROUP}members/invite/", member_views.invite, name="community_group_invite"),
    path(f"{PERSON}uninvite/", member_views.uninvite, name="community_group_uninvite"),
    path(f"{PERSON}accept/", member_views.accept, name="community_group_accept"),
    path(f"{PERSON}decline/", member_views.decline, name="community_group_decline"),
    path(f"{PERSON}lead/", member_views.lead, name="community_group_lead"),
    path(f"{PERSON}remove/", member_views.remove, name="community_group_remove"),
    path(f"{GROUP}shelf/", member_views.shelf, name="community_group_shelf"),
    path(
        f"{GROUP}shelf/<uuid:record>/take/",
        member_views.unshelve,
        name="community_group_shelf_take",
    ),
    path(f"{GROUP}papers/", paper_views.paper_list, name="community_group_papers"),
    path(f"{GROUP}papers/new/", paper_views.begin, name="community_paper_new"),
    path(PAPER, paper_views.paper, name="community_paper"),
    path(f"{PAPER}<int:number>/", paper_views.paper, name="community_paper_version"),
    path(f"{PAPER}<int:number>/file/", paper_views.file, name="community_paper_file"),
    path(f"{PAPER}<int:number>/comment/", comment_views.say, name="community_paper_comment"),
    path(f"{PAPER}write/", paper_views.write, name="community_paper_write"),
    path(f"{PAPER}send/", paper_views.send_file, name="community_paper_send"),
    path(f"{PAPER}state/", paper_views.state, name="community_paper_state"),
    path(f"{PAPER}label/", paper_label_views.label, name="community_paper_label"),
    path(f"{PAPER}lowering/", paper_label_views.lowering, name="community_paper_lowering"),
    path(f"{PAPER}readers/", paper_views.named, name="community_paper_readers"),
    path(f"{PAPER}compare/", paper_views.choose_compare, name="community_paper_compare_choose"),
    path(
        f"{PAPER}compare/<int:old>/<int:new>/",
        paper_views.compare,
        name="community_paper_compare",
    ),
    path(f"{COMMENT}answer/", comment_views.answer, name="community_paper_answer"),
    path(f"{COMMENT}settle/", comment_views.settle, name="community_paper_settle"),
]
