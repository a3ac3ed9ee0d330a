"""Addresses below /<lang>/community/members/."""

from django.urls import path

from community.directory import contact_views, views

urlpatterns = [
    path("", views.directory, name="members_directory"),
    path("mine/", views.mine, name="members_mine"),
    path("mine/preview/", views.preview, name="members_preview"),
    path("mine/confirm/", views.confirm, name="members_confirm"),
    path("mine/hide/", views.hide, name="members_hide"),
    path("mine/delete/", views.delete, name="members_delete"),
    path("focal-points/", views.points, name="members_points"),
    path("contacts/", contact_views.contact_lists, name="members_contacts"),
    path("contacts/seen/", contact_views.contacts_seen, name="members_contacts_seen"),
    path("contacts/<uuid:public_id>/", contact_views.answer, name="members_contact"),
    path(
        "contacts/<uuid:public_id>/withdraw/",
        contact_views.withdraw,
        name="members_contact_withdraw",
    ),
    path("contacts/<uuid:public_id>/end/", contact_views.end, name="members_contact_end"),
    path("<uuid:public_id>/", views.person, name="members_person"),
    path("<uuid:public_id>/contact/", contact_views.ask, name="members_ask"),
]
