"""The engine of sealed messages in a real browser: set-up, tabs, a second device.

The guard of every test fails on reports of the content policy, so these also show that worker,
library and Trusted Types work under the policies they are sent with (messaging.md pitfall 16).
"""

import re

from playwright.sync_api import Page, expect

MEMBER = "julien@demo.invalid"
LIBRARY = "matrix_sdk_crypto_wasm_bg"


def messages(reader) -> Page:
    return reader.open("community/messages/")


def set_up(page: Page) -> str:
    """Make the recovery key, type three groups of it again; returns the key."""
    page.get_by_role("button", name="Make my recovery key").click()
    codes = page.locator(".key-groups code")
    codes.first.wait_for()
    groups = codes.all_inner_texts()
    page.get_by_role("button", name="I have kept the key").click()
    fields = page.locator("#sealed form input")
    expect(fields).to_have_count(3)
    for field in fields.all():
        label = field.evaluate("field => field.labels[0].innerText")
        field.fill(groups[int(re.search(r"\d+", label)[0]) - 1])
    page.locator("#sealed form button[type=submit]").last.click()
    expect(page.get_by_text("Secure messages are set up.")).to_be_visible()
    return " ".join(groups)


def test_device_is_set_up_and_confirmed_from_another_one(newcomer):
    laptop, phone = newcomer(), newcomer()
    laptop.come_in(MEMBER)
    first = messages(laptop)
    set_up(first)

    # A second tab follows the first one, and takes over when that is closed.
    second = laptop.context.new_page()
    second.goto(f"{laptop.site.base}/en/account/devices/")
    expect(second.get_by_text("This device", exact=True)).to_be_visible()
    first.close()
    second.reload()
    expect(second.get_by_text("This device", exact=True)).to_be_visible()

    # A second browser is confirmed by seven pictures, and then needs no recovery key.
    phone.come_in(MEMBER)
    page = messages(phone)
    page.get_by_role("button", name="Compare with my other device").click()
    second.get_by_role("button", name="Compare now").click()
    for each in (second, page):
        expect(each.get_by_role("button", name="They match")).to_be_visible()
    shown = [each.locator("dialog ol").inner_text() for each in (second, page)]
    assert shown[0] == shown[1]
    for each in (second, page):
        each.get_by_role("button", name="They match").click()
    for each in (second, page):
        expect(each.get_by_text("The device is confirmed.")).to_be_visible()
    expect(second.get_by_text("Confirmed", exact=True)).to_have_count(2)
    # The secrets come by themselves, and stay.
    in_the_list = page.get_by_text("You are in no room yet.")
    expect(in_the_list).to_be_visible()
    page.reload()
    expect(in_the_list).to_be_visible()


def test_library_is_loaded_by_the_worker_on_pages_of_messages_only(newcomer):
    reader = newcomer()
    asked: list[str] = []
    reader.context.on("request", lambda request: asked.append(request.url))
    reader.come_in(MEMBER)
    reader.open("community/")
    assert not [url for url in asked if LIBRARY in url or "e2ee-worker" in url]
    messages(reader)
    expect(reader.page.locator("#sealed h1")).to_be_visible()
    assert len([url for url in asked if "e2ee-worker" in url]) == 1
