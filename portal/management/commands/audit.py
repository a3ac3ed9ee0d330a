"""``manage.py audit``: check the record, give out its head, export it."""

import json
import os
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.audit import exporting, heads, queries, verifying
from portal.audit.chain import Head
from portal.audit.services import record
from portal.shared import clock


class Command(BaseCommand):
    help = "Check the record, give out its head for keeping elsewhere, or export it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        verify = acts.add_parser("verify", help="find any change, deletion, order or cut tail")
        verify.add_argument("--head", type=Path, action="append", default=[], metavar="FILE")
        verify.add_argument("--public-key", type=Path, metavar="FILE")
        verify.add_argument("--json", action="store_true")
        head = acts.add_parser("head", help="number and hash of the last row, as one JSON line")
        head.add_argument("--out", type=Path, metavar="FILE", help="add the line to this file")
        head.add_argument("--sign", action="store_true", help="with the key AUDIT_SIGNING_KEY")
        head.add_argument("--mail", action="store_true", help="send it to AUDIT_TRUSTEES")
        export = acts.add_parser("export", help="every row, on the standard output")
        export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
        export.add_argument("--since", type=_day, metavar="YYYY-MM-DD")
        export.add_argument("--until", type=_day, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["act"])(**options)

    def verify(self, **options: Any) -> None:
        """Print what was found; exit code 1 with the first broken row."""
        kept = _kept(options["head"], options["public_key"])
        result = verifying.verify(kept)
        fault = result.fault
        if options["json"]:
            broken = {"number": fault.number, "why": fault.why} if fault else None
            answer = {"ok": not fault, "rows": result.rows, "heads": len(kept), "broken": broken}
            self.stdout.write(json.dumps(answer))
        if fault:
            raise CommandError(fault.why, returncode=1)
        if not options["json"]:
            self.stdout.write(f"The record is whole: {result.rows} rows.")

    def head(self, **options: Any) -> None:
        """Print the head, or add it to a file unless the file's last line has it already."""
        stored = verifying.stored_head() or Head(0, "0" * 64)
        file = options["out"]
        if file and _last(file) == stored:
            return
        text = heads.line(stored, clock.now(), _signing_key() if options["sign"] else None)
        if options["mail"]:
            self._mail(text)
        if file is None:
            self.stdout.write(text)
            return
        number = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        with os.fdopen(number, "w", encoding="utf-8") as stream:
            stream.write(f"{text}\n")
            stream.flush()
            os.fsync(stream.fileno())

    def _mail(self, text: str) -> None:
        trustees = list(settings.AUDIT_TRUSTEES)
        if len(trustees) < 2:
            raise CommandError("AUDIT_TRUSTEES must name two people or more.")
        body = (
            "This is the head of the record. Keep this mail; it holds nothing about anybody.\n"
            "With it, a later change of the record can be found (manage.py audit verify --head).\n"
            f"\n{text}\n"
        )
        for address in trustees:
            send_mail(f"{settings.SITE_NAME}: head of the record", body, None, [address])

    def export(self, **options: Any) -> None:
        """Print the rows, oldest first; that they were taken is recorded."""
        search = queries.Search(since=options["since"], until=options["until"])
        rows = queries.found(search).order_by("number")
        with transaction.atomic():
            record("audit.exported", facts={"count": rows.count()})
        write = exporting.csv_lines if options["format"] == "csv" else exporting.json_lines
        for text in write(rows.iterator(chunk_size=2000)):
            self.stdout.write(text, ending="")


def _day(text: str) -> Any:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()


def _signing_key() -> Any:
    if not settings.AUDIT_SIGNING_KEY:
        raise CommandError("AUDIT_SIGNING_KEY names no file, so nothing can be signed.")
    try:
        return heads.signing_key(settings.AUDIT_SIGNING_KEY)
    except heads.BadHead as problem:
        raise CommandError(str(problem)) from problem


def _kept(files: list[Path], key_file: Path | None) -> list[Head]:
    found: list[Head] = []
    try:
        key = heads.public_key(key_file) if key_file else None
        for file in files:
            found += heads.read(file.read_text(encoding="utf-8").splitlines(), key)
    except (heads.BadHead, OSError, UnicodeDecodeError) as problem:
        raise CommandError(f"The heads cannot be used. {problem}", returncode=2) from problem
    if files and not found:
        raise CommandError("The files hold no head.", returncode=2)
    return found


def _last(file: Path) -> Head | None:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        return heads.read(lines[-1:])[-1] if lines else None
    except (FileNotFoundError, heads.BadHead):
        return None
