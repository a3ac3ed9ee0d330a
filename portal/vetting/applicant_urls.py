"""Addresses of the applicant and the sponsor, below ``/<lang>/account/``."""

from django.urls import path, re_path

from portal.vetting import applicant_views as views
from portal.vetting import membership_urls, sponsor_views, status_views

OPEN_TO_VISITORS = ("apply_start",)
CLOSED = ("sponsoring", "sponsor_request")  # for members with a second factor

urlpatterns = [
    path("application/start/", views.start, name="apply_start"),
    path("application/begin/", views.begin, name="application_begin"),
    path("application/", views.application, name="application"),
    path("application/status/", views.to_application, name="application_status"),
    re_path(
        r"^application/(?P<key>work|name|country|organisation|post|sponsor|letter|terms)/$",
        views.step,
        name="application_step",
    ),
    path(
        "application/organisation/new/",
        views.new_organisation,
        name="application_organisation_new",
    ),
    path("application/letter/add/", views.add_letter, name="application_letter_add"),
    path("application/check/", views.check, name="application_check"),
    path("application/sent/", status_views.sent, name="application_sent"),
    path("application/information/", status_views.information, name="application_information"),
    path("application/another-sponsor/", status_views.another_sponsor, name="application_sponsor"),
    path("application/appeal/", status_views.appeal, name="application_appeal"),
    path("application/withdraw/", status_views.withdraw, name="application_withdraw"),
    path("application/answers.txt", status_views.answers, name="application_answers"),
    path("sponsoring/", sponsor_views.requests, name="sponsoring"),
    path("sponsoring/<str:number>/", sponsor_views.request_page, name="sponsor_request"),
    *membership_urls.urlpatterns,
]
