"""Pages that show several things bear the strictest of their labels."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template

PAGE = Template("{% load markings %}{% strictest_label one two as most %}[{{ most }}]")


def shown(*labels: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(label=label) for label in labels]


@pytest.mark.parametrize(
    ("one", "two", "most"),
    [
        (shown("CLEAR", "GREEN"), shown("AMBER"), "AMBER"),
        (shown("CLEAR"), [("key", "title", "RED")], "RED"),
        (shown("AMBER+STRICT", "AMBER"), None, "AMBER+STRICT"),
        (shown(""), [], ""),
        ([], [], ""),
    ],
)
def test_page_bears_the_strictest_label_it_shows(one, two, most):
    assert PAGE.render(Context({"one": one, "two": two})) == f"[{most}]"
