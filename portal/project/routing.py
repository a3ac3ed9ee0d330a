"""Socket addresses. A path that is not listed is closed."""

from channels.generic.websocket import WebsocketConsumer
from django.urls import path, re_path

from community.discussions.consumers import TopicConsumer
from community.realtime.consumers import ChatConsumer
from portal.notifications.consumers import NotificationsConsumer


class ClosedConsumer(WebsocketConsumer):
    """Refuses every address nobody has listed, so that a probe gets an answer and no error."""

    def connect(self) -> None:
        self.close()


websocket_urlpatterns = [
    path("ws/chat/", ChatConsumer.as_asgi(), name="ws_chat"),
    path("ws/discussions/<str:topic>/", TopicConsumer.as_asgi(), name="ws_discussion"),
    path("ws/notifications/", NotificationsConsumer.as_asgi(), name="ws_notifications"),
    re_path(r"^.*$", ClosedConsumer.as_asgi()),
]
