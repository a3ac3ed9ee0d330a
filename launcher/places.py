"""Where things are, and the environment programs are started with."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache"
STAMPS = CACHE / "stamps"
LOGS = CACHE / "logs"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STATIC = ROOT / "static"
LOCALES = ROOT / "locales"
DEFAULT_DATA = ROOT / ".data"
LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
NODE_LOCK = ROOT / "requirements-node.lock"

# What a caller's own environment must not change in ours.
_DROPPED = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE")


def environment(**extra: str) -> dict[str, str]:
    """Return the caller's environment without what would disturb ours, with ``extra``."""
    kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    kept.setdefault("PORTAL_ENV", "dev")
    kept["PYTHONUNBUFFERED"] = "1"
    return kept | extra


def interpreter() -> str:
    """Return the Python that started us, outside a virtual environment where there is one."""
    return getattr(sys, "_base_executable", "") or sys.executable
