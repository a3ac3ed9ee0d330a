"""The application of the site with shorter times, for tests under a real Daphne."""

import os

from portal.project.asgi import application as site
from portal.shared import ratelimit

application = site
_seconds = float(os.environ["SERVED_CHECK"])
_limit = ratelimit.Limit("socket-check", "time", _seconds, "seconds")  # type: ignore[arg-type]
ratelimit.BY_NAME["socket-check"] = _limit

from community.realtime import limits  # noqa: E402  settings first

limits.ACK_SECONDS = float(os.environ["SERVED_ACK"])  # type: ignore[assignment]
