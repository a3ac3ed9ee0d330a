"""``manage.py ship_content``: the site's pages and the courses that come with the product."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

import courses
from courses.packages import canonical, reader
from courses.packages.importing import import_pack
from portal.pages.services import ship_site
from portal.roles.studio_services import rebuild


class Command(BaseCommand):
    help = "Bring the shipped pages and courses into the database; people's own edits stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", default=settings.WAGTAILADMIN_BASE_URL)

    def handle(self, *args: Any, **options: Any) -> None:
        ship_site(base_url=options["base_url"])
        root = Path(courses.__file__).parent / "content"
        for folder in sorted(path for path in root.iterdir() if (path / "pack.yaml").exists()):
            pack, findings = reader.read(folder)
            if pack is None:
                faults = "; ".join(f"{f.path}:{f.line} {f.reason}" for f in findings[:5])
                raise CommandError(f"{folder.name} cannot be read: {faults}")
            report = import_pack(canonical.resolve(pack), publish=True)
            counts = ", ".join(f"{count} {name}" for name, count in sorted(report.counts.items()))
            self.stdout.write(f"{folder.name}: {counts}")
        rebuild()  # new pages may belong to people's roles; the review stands at the root page
