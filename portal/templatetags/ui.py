"""Tags and filters every template may use: icons, dates, times and counts in words."""

from datetime import date, datetime
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from django import template
from django.conf import settings
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from portal.templatetags.icons import ICONS, MIRRORED

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon in the colour of the text.

    Without ``label`` it is decoration for the word beside it and hidden from screen readers.
    Icons that show a direction are mirrored in right-to-left pages. Raises KeyError for a name
    that is not in ``portal.templatetags.icons``.
    """
    return _drawn(name, str(label))


@lru_cache(maxsize=512)
def _drawn(name: str, label: str) -> SafeString:
    paths = format_html_join("", '<path d="{}"/>', ((path,) for path in ICONS[name]))
    css = "icon icon-mirror" if name in MIRRORED else "icon"
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>',
            css, label, paths,
        )  # fmt: skip
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', css, paths
    )


def _locale() -> Locale:
    return _locale_of(translation.get_language() or settings.LANGUAGE_CODE)


@lru_cache(maxsize=64)
def _locale_of(code: str) -> Locale:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a date in the reader's form: "21 Nov 2026" in English; empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    locale = _locale()
    if locale.language == "en":
        return format_date(value, "d MMM y", locale=locale)
    return format_date(value, "medium", locale=locale)


@register.filter
def moment(value: datetime | None) -> str:
    """Write a date and time with its zone: "21 Nov 2026, 14:02 UTC"; empty for None."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    clock = format_datetime(local, "HH:mm", locale=_locale())
    zone = local.tzname() or timezone.get_current_timezone_name()
    separator = " " if _locale().language == "zh" else ", "
    return f"{day(local)}{separator}\u2066{clock} {zone}\u2069"


@register.filter
def number(value: float | int | None) -> str:
    """Write a number with the separators of the reader's language; empty for None."""
    if value is None:
        return ""
    if type(value) is int and 0 <= value < 1000:  # no separator in any of our languages
        return str(value)
    return format_decimal(value, locale=_locale())


@register.filter
def minutes(value: int | None) -> str:
    """Write a length in words: "about 12 minutes"; empty for None or 0."""
    if not value:
        return ""
    return ngettext("about %(count)d minute", "about %(count)d minutes", value) % {"count": value}


@register.filter
def hours(value: int | None) -> str:
    """Write a length given in minutes in hours and minutes from one hour on."""
    if not value or value < 60:
        return minutes(value)
    whole, rest = divmod(value, 60)
    in_hours = ngettext("about %(count)d hour", "about %(count)d hours", whole) % {"count": whole}
    if not rest:
        return in_hours
    in_minutes = ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
    return translation.gettext("%(hours)s and %(minutes)s") % {
        "hours": in_hours,
        "minutes": in_minutes,
    }


@register.filter
def file_size(value: int | None) -> str:
    """Write a size given in bytes in kilobytes or megabytes; empty for None."""
    if value is None:
        return ""
    kilobytes = max(1, round(value / 1000))
    if kilobytes < 1000:
        return translation.gettext("%(size)s KB") % {"size": number(kilobytes)}
    return translation.gettext("%(size)s MB") % {"size": number(round(value / 1_000_000, 1))}


@register.simple_tag
def of(done: int, total: int) -> str:
    """Write a count as "3 of 8", in the reader's language."""
    return translation.gettext("%(done)s of %(total)s") % {
        "done": number(done),
        "total": number(total),
    }


@register.filter
def tlp_class(label: str | None) -> str:
    """Return the class part of a handling label: ``red``, ``amber``, ``green`` or ``clear``.

    A text without a label is handled as AMBER (Traffic Light Protocol 2.0 names no default; this
    is the rule of the platform).
    """
    return (label or "AMBER").split("+")[0].lower()
