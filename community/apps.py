from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community import checks, rights  # noqa: F401  the domain of names; own data
        from community.digests import releasing, telling  # noqa: F401  shown in the library, told
        from community.digests import rights as digest_rights  # noqa: F401  whose
        from community.directory import receivers as directory  # noqa: F401  what changed is indexed
        from community.directory import rights as entries  # noqa: F401  own data
        from community.directory import search as people  # noqa: F401  offered to the site's search
        from community.discussions import files as discussion_files
        from community.discussions import meeting_points  # noqa: F401  of groups and events
        from community.discussions import receivers as discussions  # noqa: F401  told, poked
        from community.discussions import rights as discussion_rights  # noqa: F401  own data
        from community.discussions import search as discussion_search  # noqa: F401  offered
        from community.discussions import telling as discussion_notices
        from community.events import cards as event_cards  # noqa: F401  shown in discussions
        from community.events import (
            daily,  # noqa: F401  before mails of events go
            group_section,  # noqa: F401  the calendar of a group
        )
        from community.events import receivers as events  # noqa: F401  who is no member has none
        from community.events import rights as event_rights  # noqa: F401  whose
        from community.events import search as event_search  # noqa: F401  offered
        from community.groups import own_sections, paper_permissions  # noqa: F401  what is inside
        from community.groups import receivers as groups  # noqa: F401  who is no member leaves them
        from community.groups import rights as group_rights  # noqa: F401  own data of groups
        from community.library import (
            alerts,  # noqa: F401  told
            cards,  # noqa: F401  shown in discussions
            files,
            keeping_rights,  # noqa: F401  whose
            lending_rights,  # noqa: F401  lent
            search,  # noqa: F401  offered
            studio,
        )
        from community.library import receivers as library  # noqa: F401  what is stored is indexed
        from community.library.oai import receivers as oai  # noqa: F401  what is public no more
        from community.messages import notices  # noqa: F401  when mails about rooms may go
        from community.moderation import receivers as moderation  # noqa: F401  so for reports
        from community.realtime import receivers  # noqa: F401  sockets close when a sign-in ends
        from community.rooms import receivers as rooms  # noqa: F401  who is no member leaves rooms

        files.register()
        paper_permissions.register()
        discussion_files.register()
        discussion_notices.register()
        studio.register()
