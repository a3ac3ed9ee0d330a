"""How texts are cut up for translators."""

from wagtail_localize import strings


def keep_terms_whole() -> None:
    """Treat ``dfn`` as part of its sentence.

    wagtail-localize cuts a text at every tag it does not count as inline; translators would get a
    sentence with a term in it in three pieces. It has no setting for that list.
    """
    if "dfn" not in strings.INLINE_TAGS:
        strings.INLINE_TAGS.append("dfn")
