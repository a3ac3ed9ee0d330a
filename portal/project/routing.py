"""Socket addresses. A path that is not listed is closed."""

from channels.generic.websocket import WebsocketConsumer
from django.urls import re_path


class ClosedConsumer(WebsocketConsumer):
    """Refuses every address nobody has listed, so that a probe gets an answer and no error."""

    def connect(self) -> None:
        self.close()


websocket_urlpatterns = [re_path(r"^.*$", ClosedConsumer.as_asgi())]
