"""Pages and sockets in one process (embedded default), sockets in production."""

import os

os.environ.setdefault(
    "DJANGO_SETTINGS_MODULE", f"portal.project.settings.{os.environ.get('PORTAL_ENV', 'dev')}"
)

from portal.project.pages import get_pages_application

pages = get_pages_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402  needs the apps loaded
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol  # noqa: E402

from portal.project.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter({"http": pages, "websocket": URLRouter(websocket_urlpatterns)})

# autobahn copies some thirty options into every socket, unless its class has them already. What
# Daphne leaves as it is stands in the class, so that an idle socket costs less memory.
_SET_BY_DAPHNE = {
    "autoPingTimeout", "maxFramePayloadSize", "maxMessagePayloadSize", "openHandshakeTimeout",
}  # fmt: skip
_factory = WebSocketFactory(None)
_factory.setProtocolOptions(allowNullOrigin=True)  # as Daphne does: portal.sockets.origin asks
for _name in set(WebSocketProtocol.CONFIG_ATTRS) - _SET_BY_DAPHNE:
    _value = getattr(_factory, _name)
    setattr(WebSocketProtocol, _name, staticmethod(_value) if callable(_value) else _value)
# A message that is too big is answered with close code 1009 (messaging.md 10.4). Otherwise the
# connection is cut without a word, and a browser cannot tell that from a bad line.
WebSocketProtocol.failByDrop = False
