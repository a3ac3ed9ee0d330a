"""Addresses below /<lang>/community/discussions/."""

from django.urls import path

from community.discussions import (
    follow_views,
    label_views,
    moderation_views,
    search_views,
    views,
    write_views,
)

urlpatterns = [
    path("", views.home, name="discussions"),
    path("new/", views.news, name="discussion_news"),
    path("drafts/", views.drafts, name="discussion_drafts"),
    path("drafts/save/<str:place>/", write_views.draft_save, name="discussion_draft_save"),
    path(
        "drafts/<uuid:public_id>/delete/", write_views.draft_delete, name="discussion_draft_delete"
    ),
    path("waiting/", views.waiting, name="discussion_waiting"),
    path("ask/", write_views.ask, name="discussion_ask"),
    path("search/", search_views.search, name="discussion_search"),
    path("about/<str:about>/", search_views.about, name="discussion_about"),
    path("spaces/add/", moderation_views.space_add, name="discussion_space_add"),
    path("spaces/<uuid:public_id>/", views.space, name="discussion_space"),
    path("spaces/<uuid:public_id>/read/", follow_views.space_read, name="discussion_space_read"),
    path("spaces/<uuid:public_id>/watch/", follow_views.space_watch, name="discussion_space_watch"),
    path("topics/<uuid:public_id>/", views.topic, name="discussion_topic"),
    path("topics/<uuid:public_id>/newer/", views.newer, name="discussion_newer"),
    path("topics/<uuid:public_id>/reply/", write_views.reply, name="discussion_reply"),
    path("topics/<uuid:public_id>/read/", follow_views.topic_read, name="discussion_topic_read"),
    path("topics/<uuid:public_id>/watch/", follow_views.topic_watch, name="discussion_topic_watch"),
    path(
        "topics/<uuid:public_id>/moderate/",
        moderation_views.topic_moderate,
        name="discussion_topic_moderate",
    ),
    path("topics/<uuid:public_id>/label/", label_views.topic_label, name="discussion_topic_label"),
    path(
        "topics/<uuid:public_id>/lock/", moderation_views.topic_lock, name="discussion_topic_lock"
    ),
    path("posts/<uuid:public_id>/", views.permalink, name="discussion_post"),
    path("posts/<uuid:public_id>/edit/", write_views.edit, name="discussion_edit"),
    path("posts/<uuid:public_id>/delete/", write_views.delete, name="discussion_delete"),
    path("posts/<uuid:public_id>/history/", write_views.versions, name="discussion_history"),
    path("posts/<uuid:public_id>/report/", moderation_views.report, name="discussion_report"),
    path("posts/<uuid:public_id>/moderate/", moderation_views.moderate, name="discussion_moderate"),
    path("posts/<uuid:public_id>/react/", follow_views.react, name="discussion_react"),
    path("posts/<uuid:public_id>/accept/", follow_views.accept, name="discussion_accept"),
]
