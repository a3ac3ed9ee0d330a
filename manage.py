#!/usr/bin/env python3
"""Django's command line, with settings chosen by PORTAL_ENV (dev, test, production)."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    environment = os.environ.get("PORTAL_ENV", "dev")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"portal.project.settings.{environment}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
