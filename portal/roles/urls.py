"""Addresses below ``/<lang>/vetting/people/``."""

from django.urls import path, re_path

from portal.roles import views
from portal.roles.acts import ACTS

PERSON = r"(?P<public_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"

urlpatterns = [
    path("", views.people, name="people"),
    path("mine/", views.mine, name="my_roles"),
    path("waiting/", views.waiting, name="roles_waiting"),
    path("roles/<uuid:public_id>/confirm/", views.confirm, name="role_confirm"),
    path("roles/<uuid:public_id>/end/", views.end, name="role_end"),
    path("<uuid:public_id>/", views.person, name="person"),
    path("<uuid:public_id>/role/", views.choose_role, name="role_choose"),
    path("<uuid:public_id>/role/<slug:role>/", views.grant, name="role_grant"),
    re_path(rf"^{PERSON}/(?P<act>{'|'.join(ACTS)})/$", views.act, name="person_act"),
]
