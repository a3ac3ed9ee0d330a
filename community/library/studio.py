"""Records in the studio: list, search, filters, drafts with review; files and label beside them.

Wagtail's documents are never used: files go through ``portal.files``. The gate of the studio asks
``PublicationPolicy`` for every address, so a record one may not know of is not there.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import LiveStatusTagColumn
from wagtail.admin.widgets.button import Button
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, IndexView, SnippetViewSet

from community.library import studio_views, table_views
from community.library.editing import PublicationPolicy, editable
from community.library.labelling import become_source
from community.library.models import Publication
from community.library.studio_forms import PublicationForm
from portal.roles import studio_services


class RecordCreateView(CreateView):
    """Makes whoever makes a record its source; it is AMBER until somebody says otherwise."""

    def save_instance(self) -> Any:
        made = super().save_instance()
        source = become_source(actor=self.request.user, publication=made)
        made.marked_by, made.source = source.marked_by, source.source
        return made


class RecordIndexView(IndexView):
    """The list, with the way to tables."""

    @property
    def header_more_buttons(self) -> list[Any]:
        address = reverse("wagtailsnippets_community_publication:import_table")
        tables = Button(_("Tables of records"), url=address, icon_name="table")
        return [*super().header_more_buttons, tables]


class PublicationViewSet(SnippetViewSet):
    """The records somebody may know of, no others."""

    model = Publication
    icon = "doc-full"
    menu_label = _("Library")
    add_view_class = RecordCreateView
    index_view_class = RecordIndexView
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = ["__str__", "kind", "year", "label", LiveStatusTagColumn()]
    list_filter = ["kind", "label", "live", "year"]
    list_per_page = 50
    ordering = ["-changed"]
    search_fields = ["texts__title", "symbol", "body", "shipped"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            InlinePanel("texts", heading=_("Titles and summaries"), min_num=1),
            MultiFieldPanel(
                [
                    FieldPanel("kind"), FieldPanel("body"), FieldPanel("symbol"),
                    FieldPanel("year"), FieldPanel("dated"), FieldPanel("source_url"),
                    FieldPanel("reference"), FieldPanel("title_given"),
                    FieldPanel("restricted_to"), FieldPanel("asked_for"),
                ],
                heading=_("Details"),
            ),
            InlinePanel("terms", heading=_("Languages, places, topics, instruments")),
            MultiFieldPanel(
                [
                    FieldPanel("replaces_record"), FieldPanel("related_records"),
                    FieldPanel("course_slugs"), FieldPanel("note"),
                ],
                heading=_("Relations and notes"),
            ),
        ],
        base_form_class=PublicationForm,
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return what the list may show."""
        return editable(request.user).prefetch_related("texts")

    def get_urlpatterns(self) -> list[Any]:
        """Add the pages for tables, files and label."""
        return [
            *super().get_urlpatterns(),
            path("table/", table_views.take_in, name="import_table"),
            path("table/download/", table_views.give_out, name="export_table"),
            path("files/<str:pk>/", studio_views.files, name="files"),
            path("files/<str:pk>/remove/<slug:language>/", studio_views.remove, name="file_remove"),
            path("label/<str:pk>/", studio_views.label, name="label"),
        ]


def register() -> None:
    """Tell Wagtail about records and the rights on them, before it asks."""
    studio_services.review_also(Publication)
    register_permission_policy(Publication, PublicationPolicy(Publication))
    register_snippet(PublicationViewSet)
