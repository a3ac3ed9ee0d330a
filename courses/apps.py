from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from courses.catalogue import receivers, search  # noqa: F401  connect and register
        from courses.player import receivers as visitors  # noqa: F401
