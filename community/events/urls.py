"""Addresses of events below /<lang>/community/, and of a person's calendar."""

from django.urls import path

from community.events import organiser_views as running
from community.events import views

_EVENT = "events/<uuid:public_id>/"

urlpatterns = [
    path("events/", views.community_events, name="community_events"),
    path("events/new/", running.community_event_new, name="community_event_new"),
    path("events/calendar/", views.community_calendar, name="community_calendar"),
    path("events/calendar/renew/", views.community_calendar_renew, name="community_calendar_renew"),
    path("events/calendar/end/", views.community_calendar_end, name="community_calendar_end"),
    path(
        "groups/<uuid:public_id>/events/",
        views.community_group_events,
        name="community_group_events",
    ),
    path(_EVENT, views.community_event, name="community_event"),
    path(f"{_EVENT}register/", views.community_event_register, name="community_event_register"),
    path(f"{_EVENT}leave/", views.community_event_leave, name="community_event_leave"),
    path(f"{_EVENT}join/", views.community_event_join, name="community_event_join"),
    path(f"{_EVENT}event.ics", views.community_event_file, name="community_event_file"),
    path(f"{_EVENT}captions.vtt", views.community_event_captions, name="community_event_captions"),
    path(f"{_EVENT}edit/", running.community_event_edit, name="community_event_edit"),
    path(f"{_EVENT}cancel/", running.community_event_cancel, name="community_event_cancel"),
    path(f"{_EVENT}people/", running.community_event_people, name="community_event_people"),
    path(
        f"{_EVENT}people/<uuid:number>/",
        running.community_event_decide,
        name="community_event_decide",
    ),
    path(
        f"{_EVENT}attendance/",
        running.community_event_attendance,
        name="community_event_attendance",
    ),
    path(f"{_EVENT}news/", running.community_event_news, name="community_event_news"),
    path(
        f"{_EVENT}news/<uuid:number>/delete/",
        running.community_event_news_delete,
        name="community_event_news_delete",
    ),
    path(f"{_EVENT}after/", running.community_event_after, name="community_event_after"),
]
feed_patterns = [path("calendar/<str:secret>.ics", views.calendar_feed, name="calendar_feed")]
