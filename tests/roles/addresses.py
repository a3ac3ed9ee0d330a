"""Addresses of the pages about people, in English."""

from django.urls import reverse
from django.utils import translation


def url(name, *args):
    with translation.override("en"):
        return reverse(name, args=args)
