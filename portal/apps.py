from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.accounts import receivers as account_receivers  # noqa: F401  a new password
        from portal.languages.segments import keep_terms_whole
        from portal.pages import receivers, search  # noqa: F401  listen to Wagtail, offer results

        keep_terms_whole()
