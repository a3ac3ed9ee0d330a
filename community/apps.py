from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community import checks, rights  # noqa: F401  the domain of names; own data
        from community.discussions import files as discussion_files
        from community.discussions import receivers as discussions  # noqa: F401  told, poked
        from community.discussions import rights as discussion_rights  # noqa: F401  own data
        from community.discussions import search as discussion_search  # noqa: F401  offered
        from community.discussions import telling
        from community.library import (  # noqa: F401  offered, told  # noqa: F401  whose; lent
            alerts,
            cards,
            files,
            keeping_rights,
            lending_rights,
            search,
            studio,
        )
        from community.library import receivers as library  # noqa: F401  what is stored is indexed
        from community.library.oai import receivers as oai  # noqa: F401  what is public no more
        from community.messages import notices  # noqa: F401  when mails about rooms may go
        from community.moderation import receivers as moderation  # noqa: F401  so for reports
        from community.realtime import receivers  # noqa: F401  sockets close when a sign-in ends
        from community.rooms import receivers as rooms  # noqa: F401  who is no member leaves rooms

        files.register()
        discussion_files.register()
        telling.register()
        studio.register()
