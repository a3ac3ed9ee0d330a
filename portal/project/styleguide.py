"""The pattern page: every component in its states, with sample text in the reader's language.

For development and staff. Its sample sentences are not part of the interface, so they stand here
and not in the message catalogue.
"""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from portal.languages.table import BY_CODE
from portal.templatetags.icons import ICONS

# title, sentence: one pair per language, so that every script is seen on real words.
SAMPLES = {
    "en": (
        "Marking of firearms",
        "A serial number, the maker and the country stand on the frame.",
    ),
    "fr": (
        "Marquage des armes à feu",
        "Le numéro de série, le fabricant et le pays figurent sur la carcasse.",
    ),
    "es": (
        "Marcación de armas de fuego",
        "El número de serie, el fabricante y el país figuran en el armazón.",
    ),
    "ru": (
        "Маркировка огнестрельного оружия",
        "Серийный номер, изготовитель и страна указаны на рамке.",
    ),
    "ar": (
        "وسم الأسلحة النارية",
        "الرقم التسلسلي واسم الصانع والبلد موجودة على هيكل السلاح.",
    ),
    "zh-hans": (
        "枪支标识",
        "序列号、制造商和国家标在枪身上。",
    ),
    "uk": (
        "Маркування вогнепальної зброї",
        "Серійний номер, виробник і країна зазначені на рамці.",
    ),
}

TLP_LABELS = ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR", "")
TASK_STATES = ("todo", "started", "waiting", "locked", "problem", "done")


class SampleForm(forms.Form):
    """One field of each kind, sent back with faults."""

    email = forms.EmailField(label="E-mail", help_text="name@example.org")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    level = forms.ChoiceField(label="Level", choices=[("1", "1"), ("2", "2")])
    way = forms.ChoiceField(label="Way", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="Yes", required=False)
    code = forms.CharField(label="Code", help_text="123 456")
    letter = forms.FileField(label="File")


def _options(text: str, *marks: str) -> list[dict[str, Any]]:
    return [
        {
            "value": str(index),
            "text": text,
            "checked": index == 1,
            "mark": mark,
            "why": text if mark else "",
        }
        for index, mark in enumerate(marks, start=1)
    ]


def _rows(text: str, title: str) -> list[dict[str, Any]]:
    return [
        {"name": f"row_{place}", "text": words, "place": place, "value": str(place)}
        for place, words in enumerate((title, text, f"{title} 3"), start=1)
    ]


def samples(code: str) -> dict[str, Any]:
    """Return the context of the pattern page for one language; an unknown code gives English."""
    title, text = SAMPLES.get(code, SAMPLES["en"])
    language = BY_CODE.get(code, BY_CODE["en"])
    return {
        "sample": title,
        "text": text,
        "long": " ".join([text] * 3),
        "here": language,
        "icon_names": sorted(ICONS),
        "tlp_labels": TLP_LABELS,
        "task_states": TASK_STATES,
        "tones": ("note", "law", "safety", "remember"),
        "results": ("right", "partly", "wrong", "info"),
        "crumbs": [{"title": words, "url": "#"} for words in (title, f"{title} 2", f"{title} 3")],
        "open_options": _options(text, "", "", ""),
        "marked_options": _options(text, "wrong", "right", "missed"),
        "rows": _rows(text, title),
        "choices": [{"value": str(place), "text": f"{title} {place}"} for place in range(1, 5)],
        "places": range(1, 4),
        "sources": [{"document": "CTOC/COP/WG.6/2014/2", "paragraph": "§ 11", "weight": title}],
        "links": [{"title": title, "url": "#"}],
        "offered": [BY_CODE[other] for other in ("fr", "ar")],
        "chips": [{"label": title, "remove_url": "#"}, {"label": language.name, "remove_url": "#"}],
        "facets": [
            {"value": "a", "label": title, "count": 12, "checked": True},
            {"value": "b", "label": f"{title} 2", "count": 0, "checked": False},
            {"value": "c", "label": f"{title} 3", "count": 3, "checked": False},
        ],
        "middle_page": Paginator(range(30), 10).page(2),
        "sample_form": SampleForm({"email": "name", "level": "1", "way": "a", "code": ""}),
        "resource_language": SimpleNamespace(code="fr", name="Français", direction="ltr"),
    }


def show(request: HttpRequest) -> HttpResponse:
    """Show the pattern page in the language of the address."""
    return render(request, "portal/styleguide.html", samples(translation.get_language() or "en"))
