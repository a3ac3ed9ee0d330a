"""The search page where it cuts, and pages beyond the end."""

import pytest
from django.urls import reverse

from community.discussions import finding
from community.discussions.models import Topic
from tests.community.discussions.talk import answer, begin, reader
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(asker, monkeypatch):
    """The page of a search among five posts, of which two are shown a page and four in all."""
    monkeypatch.setattr(finding, "MOST", 4)
    monkeypatch.setattr(finding, "PER_PAGE", 2)
    topic = begin(asker, text="Goldammer 0")
    for number in range(1, 5):
        answer(asker, topic, f"Goldammer {number}")
    browser = signed_in(reader())

    def of(query: str = "") -> str:
        answered = browser.get(f"{reverse('discussion_search')}?q=goldammer{query}")
        assert answered.status_code == 200
        return answered.content.decode()

    return of


def test_a_cut_list_says_so_plainly(text, monkeypatch):
    assert "Only the newest 4 posts are shown." in text()
    monkeypatch.setattr(finding, "MOST", 1)
    assert "Only the newest post is shown." in text()
    monkeypatch.setattr(finding, "MOST", 5)
    assert "Only the newest" not in text()
    assert "5 posts" in text()


def test_filters_that_fit_none_of_the_newest_do_not_say_that_there_is_none(text, monkeypatch):
    Topic.objects.update(kind="discussion")
    monkeypatch.setattr(finding, "PART", 2)
    monkeypatch.setattr(finding, "PARTS", 1)
    page = text("&kind=question")
    assert "None of the newest posts with these words fits your filters." in page
    assert "No post has these words." not in page
    assert "Only the newest" not in page


@pytest.mark.parametrize("page", ["3", "999", "1000", "99999999999999999999", "0003"])
def test_a_page_beyond_the_end_is_the_last_one(page, text):
    shown = text(f"&page={page}")
    assert "Page 2 of 2" in shown
    assert shown.count('class="result"') == 2
    assert 'rel="next"' not in shown


@pytest.mark.parametrize("page", ["", "0", "-1", "1.5", "x", "%D9%A2", "1e3", "+2"])
def test_what_is_no_page_is_the_first_one(page, text):
    shown = text(f"&page={page}")
    assert "Page 1 of 2" in shown
    assert 'rel="prev"' not in shown
