"""Addresses of case digests below /<lang>/community/cases/."""

from django.urls import path

from community.digests import views

urlpatterns = [
    path("", views.community_cases, name="community_cases"),
    path("new/", views.community_case_new, name="community_case_new"),
    path("<uuid:public_id>/", views.community_case, name="community_case"),
    path("<uuid:public_id>/edit/", views.community_case_edit, name="community_case_edit"),
    path("<uuid:public_id>/submit/", views.community_case_submit, name="community_case_submit"),
    path("<uuid:public_id>/review/", views.community_case_review, name="community_case_review"),
    path("<uuid:public_id>/release/", views.community_case_release, name="community_case_release"),
    path(
        "<uuid:public_id>/withdraw/", views.community_case_withdraw, name="community_case_withdraw"
    ),
    path("<uuid:public_id>/delete/", views.community_case_delete, name="community_case_delete"),
]
