"""Members at browsers that are signed in already, and what they do with a case room as a whole."""

import base64
import hashlib
import json
import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from playwright.sync_api import Browser, ConsoleMessage, Download, Locator, Page, expect

from community.signing import signed_text_ok
from tests.e2e import serving
from tests.e2e.browsing import PATIENCE, Guard, Reader
from tests.e2e.chatting import Chatter
from tests.e2e.serving import Site

# No sign-in form: the codes of an app are few, and these tests need many people.
SIGN_IN = """
import json
from tests import people
offices, sessions = {{}}, {{}}
for name, office, country in json.loads({rows!r}):
    if office not in offices:
        offices[office] = people.organisation(office, country=country)
    address = name.split()[0].lower() + "@rooms.example.org"
    client = people.signed_in(people.member(name, of=offices[office], email=address))
    sessions[name] = client.cookies["sessionid"].value
print(json.dumps(sessions))
"""


def signed_in(site: Site, rows: list[tuple[str, str, str]]) -> dict[str, str]:
    """Make members (name, organisation, country of it) in the data of a site that is running;
    return the session of each by name."""
    code = SIGN_IN.format(rows=json.dumps(rows))
    printed = serving.manage(site.data, "shell", "-v", "0", "-c", code)
    sessions: dict[str, str] = json.loads(printed.strip().splitlines()[-1])
    return sessions


def isolated(name: str) -> str:
    """A name as a sentence bears it: its direction cannot turn the words beside it."""
    return f"\u2068{name}\u2069"


class Colleague(Chatter):
    """A member whose browser bears a session; her own guard looks at every page of hers."""

    def __init__(self, site: Site, browser: Browser, name: str, session: str) -> None:
        self.name = name
        self.guard = Guard(site)
        self.worker_faults: list[str] = []
        context = browser.new_context(
            locale="en-GB", permissions=["clipboard-read", "clipboard-write"]
        )
        context.set_default_timeout(PATIENCE)
        self.guard.watch(context)
        context.add_cookies([{"name": "sessionid", "value": session, "url": site.base}])
        self.reader = Reader(site, context, self.guard)
        self.page: Page = self.reader.page
        self.page.on("worker", lambda worker: worker.on("console", self._hear))
        self.key: list[str] = []

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.worker_faults.append(message.text)

    def check(self) -> None:
        """Fail when a page or its engine did what none may do."""
        self.guard.check()
        assert self.worker_faults == []

    # -- looking ---------------------------------------------------------------------------------

    @property
    def timeline(self) -> Locator:
        return self.page.locator("ol.timeline")

    def notice(self, text: str) -> Locator:
        """What the room says of itself, one line."""
        return self.timeline.locator(".message-notice").filter(has_text=text).last

    def panel(self, name: str) -> Locator:
        """Open a part of the room by its tab, unless it is open; return it."""
        tab = self.page.locator("nav.room-tabs").get_by_role("link", name=re.compile(rf"^{name}\b"))
        if tab.get_attribute("aria-current") is None:
            tab.click()
        panel = self.page.locator("aside.chat-panel")
        panel.wait_for()
        return panel

    def person(self, name: str) -> Locator:
        """The row of somebody in the list of people."""
        return self.panel("People").locator("li.person-row").filter(has_text=name)

    def menu_of(self, text: str) -> Locator:
        """Open the menu of a message; return it."""
        found = self.message(text)
        found.locator("[data-menu-toggle]").click()
        menu = found.get_by_role("menu")
        menu.wait_for()
        return menu

    def answer(self, verb: str) -> None:
        """Press the button of the dialog that asks."""
        self.page.get_by_role("dialog").get_by_role("button", name=verb, exact=True).click()

    # -- coming in -------------------------------------------------------------------------------

    def look_at_invitation(self, name: str) -> Locator:
        """Open the invitation as soon as the list shows it, and return what is asked; the page is
        not loaded again for that."""
        rooms = self.page.locator("nav.chat-list")
        rooms.get_by_role("link", name=re.compile(re.escape(name))).click()
        question = self.page.locator("section.setup")
        question.get_by_role("button", name="Accept and open").wait_for()
        return question

    def accept(self, name: str) -> None:
        """Accept the invitation to a room in which one writes."""
        self.look_at_invitation(name).get_by_role("button", name="Accept and open").click()
        self.composer.wait_for()

    # -- as a host -------------------------------------------------------------------------------

    def invite(self, name: str, *, history: bool = False, role: str = "Member") -> None:
        """Ask one more person in."""
        panel = self.panel("People")
        panel.get_by_role("button", name="Invite people").click()
        panel.get_by_label("Find a member").fill(name)
        panel.get_by_role("button", name=f"{isolated('Add')}: {isolated(name)}").click()
        panel.get_by_label(f"Role of {isolated(name)}").select_option(label=role)
        if history:
            panel.get_by_label("Give earlier messages").check()
        panel.get_by_role("button", name="Send invitations").click()
        expect(self.person(name)).to_contain_text("Invited")

    def give_role(self, name: str, role: str) -> None:
        """Change what somebody may do here."""
        self.person_menu(name, "Change role")
        self.page.get_by_label(f"Role of {isolated(name)}").select_option(label=role)
        expect(self.person(name)).to_contain_text(role)
        expect(self.page.get_by_text(f"The role of {isolated(name)} was changed.")).to_be_visible()

    def put_out(self, name: str) -> None:
        """Remove somebody from the room."""
        self.person_menu(name, "Remove from this room")
        self.answer("Remove from this room")
        expect(self.page.get_by_text(f"{isolated(name)} was removed.")).to_be_visible()

    def person_menu(self, name: str, deed: str) -> None:
        """Choose what to do with somebody."""
        self.person(name).get_by_role("button", name=f"What to do with {isolated(name)}").click()
        self.page.get_by_role("menuitem", name=deed, exact=True).click()

    # -- around a room -----------------------------------------------------------------------------

    def label(self, label: str) -> "Colleague":
        """Choose the label of the next message."""
        self.page.locator("#composer-label").select_option(label)
        return self

    def room_menu(self, deed: str) -> None:
        """Choose what to do with the room."""
        head = self.page.locator(".room-head")
        head.get_by_role("button", name="What to do with this room").click()
        self.page.get_by_role("menuitem", name=deed, exact=True).click()

    def clipboard(self) -> str:
        return str(self.page.evaluate("() => navigator.clipboard.readText()"))

    def transcript(self, *, red: bool = False) -> "Transcript":
        """Make the transcript in the open panel and save it."""
        panel = self.page.locator("aside.chat-panel")
        if red:
            panel.get_by_label("Include messages labelled TLP:RED").check()
        panel.get_by_role("button", name="Make the transcript").click()
        with self.page.expect_download() as saved:
            panel.get_by_role("button", name="Save the transcript").click()
        return Transcript(saved.value)

    # -- below the screens -----------------------------------------------------------------------

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Ask the interface of messages as this browser, past its screens; status and JSON."""
        base, request = self.reader.site.base, self.reader.context.request
        config = request.get(f"{base}/api/e2ee/v1/config").json()
        headers = {"X-CSRFToken": config["csrf_token"], "Origin": base}
        answer = request.fetch(
            f"{base}/api/e2ee/v1/{path}", method=method, data=body, headers=headers
        )
        return answer.status, answer.json()

    def force(self, room: str, sealed: dict[str, str]) -> tuple[int, str]:
        """Send as a browser would that knows nothing of the room's end; status and code."""
        device = self.call("GET", "config")[1]["device_id"]
        body = {
            "class": "m", "members_seq": 10**6, "devices_pos": 10**6, "expires_at": None,
            "media": [], "notify": [], "content": sealed | {"device_id": device},
        }  # fmt: skip
        status, answer = self.call("PUT", f"rooms/{room}/events/late", body)
        return status, answer["code"]

    def kept(self) -> dict[str, list[str]]:
        """The keys of every row this browser keeps, by the name of the table."""
        found: dict[str, list[str]] = self.page.evaluate(KEPT)
        return found


# Names and keys are in clear; what stands in the rows is sealed.
KEPT = """async () => {
    const answer = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
    })
    const found = {}
    for (const { name } of await indexedDB.databases()) {
        const database = await answer(indexedDB.open(name))
        for (const table of database.objectStoreNames) {
            const keys = await answer(database.transaction(table).objectStore(table).getAllKeys())
            found[table] = [...(found[table] ?? []), ...keys.map(String)]
        }
        database.close()
    }
    return found
}"""


def sha256(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


class Transcript:
    """A saved transcript, taken apart as somebody would who has nothing but the file."""

    def __init__(self, saved: Download) -> None:
        self.name = saved.suggested_filename
        with ZipFile(BytesIO(saved.path().read_bytes())) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}
        self.manifest = json.loads(self.files["manifest.json"])
        self.entries = json.loads(self.files["transcript.json"])["entries"]
        self.sha256 = sha256(self.files["manifest.json"])

    def verify(self) -> None:
        """Every hash and the signature, from the list of members that lies beside them."""
        named = {row["name"] for row in self.manifest["files"]}
        assert named == set(self.files) - {"manifest.json", "signature.json"}
        for row in self.manifest["files"]:
            data = self.files[row["name"]]
            assert (row["size"], row["sha256"]) == (len(data), sha256(data))
        link = sha256(self.manifest["room"].encode())
        for row, entry in zip(self.manifest["events"], self.entries, strict=True):
            assert row["entry"] == sha256(compact(entry)), entry
            link = sha256(f"{link}\n".encode() + compact(row))
        assert self.manifest["chain"] == link
        rosters = json.loads(self.files["transcript.json"])["rosters"]
        for row, roster in zip(self.manifest["rosters"], rosters, strict=True):
            assert row["sha256"] == sha256(roster["text"].encode())
        signed, maker = json.loads(self.files["signature.json"]), self.manifest["made_by"]
        members = json.loads(rosters[-1]["text"])["members"]
        master = next(row["master"] for row in members if row["user"] == maker)
        assert signed["text"] == self.sha256
        domain, signatures = self.manifest["type"], signed["signatures"]
        assert signed_text_ok(domain, self.sha256, signatures, maker, master)

    def says(self, text: str) -> bool:
        """Whether a text stands in any of its files."""
        return any(text in data.decode() for data in self.files.values())


def compact(value: object) -> bytes:
    """JSON as a browser writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
