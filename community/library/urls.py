"""Addresses of the library's pages: below /<lang>/library/ and /<lang>/community/library/."""

from django.urls import path

from community.library import file_urls, keeping_views, public_file_urls, request_urls, views

public_patterns = [
    path("", views.library, name="library"),
    path("<uuid:public_id>/", views.record, name="library_record"),
    path("<uuid:public_id>/cite.<slug:form>", views.cite, name="library_cite"),
    *public_file_urls.urlpatterns,
]
members_patterns = [
    path("", views.members_library, name="members_library"),
    path("saved/", keeping_views.saved, name="members_saved"),
    path("saved/<uuid:public_id>/open/", keeping_views.saved_open, name="members_saved_open"),
    path("saved/<uuid:public_id>/alert/", keeping_views.saved_alert, name="members_saved_alert"),
    path("saved/<uuid:public_id>/delete/", keeping_views.saved_delete, name="members_saved_delete"),
    path("shelves/", keeping_views.shelves, name="members_shelves"),
    path("shelves/<uuid:public_id>/", keeping_views.shelf, name="members_shelf"),
    path(
        "shelves/<uuid:public_id>/delete/", keeping_views.shelf_delete, name="members_shelf_delete"
    ),
    path(
        "shelves/<uuid:public_id>/<uuid:record>/take/",
        keeping_views.unshelve,
        name="members_shelf_take",
    ),
    path("<uuid:public_id>/", views.members_record, name="members_record"),
    path("<uuid:public_id>/cite.<slug:form>", views.members_cite, name="members_cite"),
    path("<uuid:public_id>/shelve/", keeping_views.shelve, name="members_shelve"),
    *request_urls.urlpatterns,
    *file_urls.urlpatterns,  # last: a language stands where others have a word
]
