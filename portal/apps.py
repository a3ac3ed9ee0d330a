from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.accounts import receivers as account_receivers  # noqa: F401  a new password
        from portal.files import checks  # noqa: F401  where the private store lies
        from portal.languages.segments import keep_terms_whole
        from portal.notifications import receivers as notices  # noqa: F401  pages, mails, pushes
        from portal.pages import receivers, search  # noqa: F401  listen to Wagtail, offer results
        from portal.rights import parts  # noqa: F401  a person's own data
        from portal.roles import receivers as roles  # noqa: F401  studio rights follow roles
        from portal.sockets import receivers as sockets  # noqa: F401  close what has ended
        from portal.vetting import files as application_files
        from portal.vetting import receivers as vetting  # noqa: F401  recipients asked again

        application_files.register()
        keep_terms_whole()
