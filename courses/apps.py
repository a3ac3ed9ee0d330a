from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from courses.catalogue import cards, keys, receivers, search  # noqa: F401  register
        from courses.catalogue.studio import register
        from courses.enrolment import rights  # noqa: F401  a person's own data
        from courses.player import receivers as visitors  # noqa: F401

        register()
