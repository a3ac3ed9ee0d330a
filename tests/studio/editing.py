"""What the editor of the studio sends."""

from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield


def form(page, **changed):
    """What the editor sends for the help page as it stands."""
    return nested_form_data(
        {
            "title": page.title, "slug": page.slug, "summary": page.summary,
            "body": streamfield([]), "seo_title": "", "search_description": "",
            "comments": {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""},
            **changed,
        }
    )  # fmt: skip


def lesson_form(title: str):
    return nested_form_data(
        {
            "title": title, "slug": "fresh", "body": streamfield([]), "minutes": "5",
            "kind": "self-paced", "complete": '"viewed"',
            "comments": {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""},
        }
    )  # fmt: skip


def edit(client, page, **data):
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def draft_by(page, person, summary="New words"):
    page = page.specific_class.objects.get(pk=page.pk)
    page.summary = summary
    return page.save_revision(user=person)
