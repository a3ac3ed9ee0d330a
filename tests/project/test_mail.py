"""Development mail can be read by a person, on the console and as a file."""

from email import message_from_bytes, policy
from io import StringIO
from pathlib import Path

from django.core.mail import EmailMultiAlternatives

from portal.project.mail import ReadableConsoleBackend

TEXT = "Votre code de confirmation est\u00a0: ABC-123 – à saisir ici. " + "très long " * 30


def test_mail_is_printed_as_it_is_read_and_stored_as_it_is_sent(
    tmp_path: Path, settings: object
) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    stream = StringIO()
    message = EmailMultiAlternatives("Confirmez – adresse", TEXT, "a@localhost", ["é@localhost"])
    message.attach_alternative("<p>html</p>", "text/html")
    sent = ReadableConsoleBackend(stream=stream).send_messages([message, message])
    assert sent == 2
    assert stream.getvalue().count("est\u00a0: ABC-123 – à saisir ici") == 2
    assert "=C3=" not in stream.getvalue()
    files = sorted((tmp_path / "mail").glob("*.eml"))
    assert len(files) == 2
    stored = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert stored["Subject"] == "Confirmez – adresse"
    assert "ABC-123" in stored.get_body(("plain",)).get_content()
    assert files[0].stat().st_mode & 0o077 == 0, "only the owner may read it"
