"""The site's own "Sign out" in a browser that holds keys of sealed messages (messaging.md 6.4)."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.browsing import Reader
from tests.e2e.chatting import Chatter

MEMBER = "tomas@demo.invalid"  # nobody else sets this one up
OTHER = "amina@demo.invalid"
WARNING = "Signing out removes the keys from this browser."
KEPT = """async () => {
    const found = await indexedDB.databases()
    return found.map(({ name }) => name).filter((name) => name.startsWith('community'))
}"""


def sign_out(reader: Reader) -> Page:
    """Press "Sign out" in the menu of the account, on a page that knows nothing of messages."""
    page = reader.open("courses/")
    page.locator(".header-tools details.menu summary").last.click()
    page.locator("form[data-sign-out] button").click()
    return page


def test_with_keys_it_warns_finishes_the_backup_and_removes_the_device_first(newcomer):
    member = Chatter(newcomer, MEMBER).set_up()
    page = sign_out(member.reader)
    page.wait_for_url(re.compile(r"/account/devices/#p=sign-out$"))
    expect(page.get_by_text(WARNING)).to_be_visible()
    assert page.evaluate(KEPT)
    with page.expect_request(re.compile(r"/api/e2ee/v1/devices/[A-Z0-9]+$")) as removed:
        page.locator("main").get_by_role("button", name="Sign out", exact=True).click()
    assert removed.value.method == "DELETE"
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert page.evaluate(KEPT) == []
    # Signed in again, the browser has to be given its keys back.
    member.reader.come_in(MEMBER)
    member.restore(member.key)


def test_without_keys_it_asks_nothing(newcomer):
    reader = newcomer()
    reader.come_in(OTHER)
    page = sign_out(reader)
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert "devices" not in page.url
    assert page.evaluate(KEPT) == []
