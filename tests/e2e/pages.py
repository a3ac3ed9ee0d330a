"""The pages every rule is tried on, and how each state of them is brought about."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from community.library import shipped
from tests.e2e import key
from tests.e2e.browsing import Reader, card_at, check, fill

COURSE = f"courses/{key.COURSE}/"
FIRST = key.places_of_questions()[0].lesson
Act = Callable[[Page], None]


def nothing(page: Page) -> None:
    """Leave the page as it opens."""


@dataclass(frozen=True)
class Sight:
    """A page in one state. ``main`` ones are tried in every language and theme."""

    name: str
    path: str
    act: Act = nothing
    status: int = 200
    main: bool = False


def _record(number: str) -> str:
    """Return where a shipped record stands below the library's address."""
    (found,) = (row for row in shipped.records() if row.number == number)
    return f"library/{found.public_id}/"


def unfold(page: Page) -> None:
    """Open all that is folded in the main part, as far as it is not open already."""
    folds = page.locator("main details:not([open]) > summary:visible")
    while folds.count():
        folds.first.click()


def _empty_form(page: Page) -> None:
    page.locator("main form.form button[type=submit]").first.click()
    page.locator(".error-summary").wait_for()


def _open_menus(page: Page) -> None:
    page.locator("summary.menu-button:visible").first.click()


def _answered(kind: str, right: bool) -> Act:
    def act(page: Page) -> None:
        place = key.place_of(kind)
        card = card_at(page, place)
        fill(card, place.question.right if right else place.question.wrong)
        check(card)

    return act


def _questions() -> Iterator[Sight]:
    for kind in key.KINDS:
        path = key.place_of(kind).path
        yield Sight(f"{kind} question", path)
        yield Sight(f"{kind} answered wrongly", path, _answered(kind, False), main=kind == "single")
        if kind in {"single", "match"}:
            yield Sight(f"{kind} answered rightly", path, _answered(kind, True))


OPEN = (
    Sight("home", "", main=True),
    Sight("home with its menu open", "", _open_menus),
    Sight("catalogue", "courses/", main=True),
    Sight("course", COURSE, main=True),
    Sight("text step", f"{COURSE}{FIRST}/1/", main=True),
    Sight("step with a table", f"{COURSE}{FIRST}/2/"),
    Sight("step with a callout", f"{COURSE}{FIRST}/4/"),
    *_questions(),
    Sight("result", f"{COURSE}result/"),
    Sight("why", f"{COURSE}why/"),
    Sight("search with hits", "search/?q=protocol", main=True),
    Sight("search without hits", "search/?q=zzzzqqqq"),
    Sight("library", "library/", main=True),
    Sight("library with its filters open", "library/?q=firearms&kind=resolution", unfold),
    Sight("library without hits", "library/?q=zzzzqqqq&kind=handbook"),
    Sight("record", _record("P01"), main=True),
    Sight("record, unfolded", _record("P17"), unfold),
    Sight("sign in", "account/sign-in/", main=True),
    Sight("sign in, refused", "account/sign-in/", _empty_form),
    Sight("sign up", "account/sign-up/"),
    Sight("forgotten password", "account/password/reset/"),
    Sight("not found", "no-such-page/", status=404),
    Sight("offline", "offline/"),
    Sight("news", "news/"),
    Sight("one piece of news", "news/first-course/"),
    Sight("events", "events/"),
    Sight("help", "about/help/"),
    Sight("about", "about/"),
    Sight("what we store", "about/what-we-store/"),
    Sight("accessibility", "about/accessibility/"),
    Sight("handling labels", "about/handling-labels/"),
    Sight("patterns", "styleguide/"),
)
OWN = (
    Sight("my learning", "learning/", main=True),
    Sight("profile", "account/profile/"),
    Sight("security", "account/security/"),
    Sight("sign-ins", "account/sessions/"),
    Sight("change of address", "account/email/"),
    Sight("change of password", "account/password/change/"),
)

# One of those who may see the members' library for each language: a code works once in 30 seconds.
MEMBERS = {"en": "lucia", "ar": "samir", "ru": "anna", "zh-hans": "mei"}
INSIDE = (
    Sight("members' library", "community/library/", main=True),
    Sight("members' library with its filters open", "community/library/?label=AMBER", unfold),
    Sight("members' library without hits", "community/library/?q=zzzzqqqq"),
    Sight("restricted record", f"community/{_record('P18')}", main=True),
    Sight("request", f"community/{_record('P18')}request/"),
    Sight("request, refused", f"community/{_record('P18')}request/", _empty_form, main=True),
    Sight("requests", "community/library/requests/"),
    Sight("saved searches", "community/library/saved/"),
    Sight("shelves", "community/library/shelves/"),
    Sight("shelves, refused", "community/library/shelves/", _empty_form),
    Sight("groups", "community/groups/", main=True),
    Sight("directory", "community/members/", main=True),
    Sight("directory without hits", "community/members/?q=zzzzqqqq&topic=cases", unfold),
    Sight("own entry", "community/members/mine/", main=True),
    Sight("contacts", "community/members/contacts/"),
    Sight("focal points by country", "community/members/focal-points/"),
)


def walk(reader: Reader, sights: tuple[Sight, ...], language: str) -> Iterator[tuple[Sight, Page]]:
    """Show one page after the other in its state; what is answered stays answered."""
    for sight in sights:
        page = reader.open(sight.path, language, sight.status)
        sight.act(page)
        yield sight, page
