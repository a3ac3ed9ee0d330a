"""``manage.py course_pack check|format|import|export``: courses as folders of plain text."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.catalogue.models import Course
from courses.catalogue.pages import CoursePage
from courses.packages import canonical, reader, writer
from courses.packages.check import check
from courses.packages.exporting import export_pack
from courses.packages.importing import import_pack
from courses.packages.model import Finding, Pack
from portal.shared.errors import Invalid


class Command(BaseCommand):
    help = "Check, format, import and export course packs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        one = actions.add_parser("check", help="name every fault of a pack")
        one.add_argument("folder", type=Path, nargs="+")
        one.add_argument("--glossary", type=Path, help="CSV of terms, one column a language")
        one = actions.add_parser("format", help="write a pack in its canonical form")
        one.add_argument("folder", type=Path, nargs="+")
        one = actions.add_parser("import", help="bring a pack into the site as drafts")
        one.add_argument("folder", type=Path)
        one.add_argument("--publish", action="store_true", help="publish and make a release")
        one.add_argument("--overwrite", action="store_true", help="also texts a person has edited")
        one = actions.add_parser("export", help="write a course of the site as a pack")
        one.add_argument("course", help="code (C1) or family UUID")
        one.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"do_{options['action']}")(options)

    def do_check(self, options: dict[str, Any]) -> None:
        failed = 0
        for folder in options["folder"]:
            pack, findings = reader.read(folder)
            if pack is not None:
                findings = [*findings, *check(canonical.resolve(pack), options["glossary"])]
            self.show(folder, findings)
            failed += any(finding.blocking for finding in findings)
        if failed:
            raise CommandError("The pack has faults that must be mended first.")

    def do_format(self, options: dict[str, Any]) -> None:
        for folder in options["folder"]:
            findings = canonical.format_pack(folder)
            self.show(folder, findings)
            if any(finding.blocking for finding in findings):
                raise CommandError("Nothing was changed: the pack has faults.")

    def do_import(self, options: dict[str, Any]) -> None:
        pack = self.load(options["folder"])
        try:
            report = import_pack(pack, overwrite=options["overwrite"], publish=options["publish"])
        except Invalid as fault:
            raise CommandError(str(fault)) from fault
        for outcome, count in sorted(report.counts.items()):
            self.stdout.write(f"{outcome}: {count}")
        for name in report.kept:
            self.stdout.write(f"kept, edited by a person: {name}")
        for name in report.absent:
            self.stdout.write(f"not in the pack any more, left in place: {name}")

    def do_export(self, options: dict[str, Any]) -> None:
        wanted = options["course"]
        course = Course.objects.filter(code=wanted).first()
        page = CoursePage.objects.filter(code=wanted).first()
        family = course.family if course else page.translation_key if page else wanted
        try:
            pack = export_pack(family)
        except (Invalid, ValueError) as fault:
            raise CommandError(str(fault)) from fault
        for path, content in writer.files(pack).items():
            target = options["folder"] / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        self.stdout.write(f"{len(writer.files(pack))} files written")

    def load(self, folder: Path) -> Pack:
        """Return a checked and resolved pack. Raises CommandError naming every fault."""
        pack, findings = reader.read(folder)
        if pack is not None:
            pack = canonical.resolve(pack)
            findings = [*findings, *[f for f in check(pack, None) if f.blocking]]
        if pack is None or any(finding.blocking for finding in findings):
            self.show(folder, findings)
            raise CommandError("Nothing was imported: the pack has faults.")
        return pack

    def show(self, folder: Path, findings: list[Finding]) -> None:
        for finding in findings:
            weight = "fault" if finding.blocking else "advice"
            line = f":{finding.line}" if finding.line else ""
            self.stdout.write(f"{folder.name}/{finding.path}{line}: {weight}: {finding.reason}")
        if not findings:
            self.stdout.write(f"{folder.name}: no faults")
