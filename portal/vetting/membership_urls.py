"""Addresses of one's own membership, part of ``applicant_urls``."""

from django.urls import path

from portal.vetting import membership_views

urlpatterns = [
    path("membership/", membership_views.show, name="membership"),
    path("membership/confirm/", membership_views.confirm, name="membership_confirm"),
    path("membership/post/", membership_views.new_post, name="membership_post"),
    path("membership/change/", membership_views.change, name="membership_change"),
    path("membership/leave/", membership_views.leave, name="membership_leave"),
    path("membership/identity/", membership_views.withdraw_identity, name="identity_withdraw"),
]
