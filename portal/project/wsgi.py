"""Pages in production: WSGI workers (``gunicorn portal.project.wsgi``)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault(
    "DJANGO_SETTINGS_MODULE", f"portal.project.settings.{os.environ.get('PORTAL_ENV', 'dev')}"
)
application = get_wsgi_application()
