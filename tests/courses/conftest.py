"""Property tests run on shared machines: no deadline per example."""

from hypothesis import settings

settings.register_profile("courses", deadline=None)
settings.load_profile("courses")
