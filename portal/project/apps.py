from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The composition root as an app: it owns the system checks and no models."""

    name = "portal.project"
    label = "project"

    def ready(self) -> None:
        from portal.project import checks  # noqa: F401  registers the checks
