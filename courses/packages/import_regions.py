"""Regional texts of a pack: written anew as a file, unless a person has changed them."""

from uuid import UUID

from courses.catalogue.models import BlockAlternative, ImportedText
from courses.packages import texts
from courses.packages.exporting import alternatives_of
from courses.packages.import_run import Run, mark_imported
from courses.packages.model import Text
from courses.packages.streams import to_raw


def import_alternatives(run: Run) -> None:
    """Bring the regional texts of all lessons in."""
    for module in run.pack.modules:
        for lesson in module.lessons:
            for text in lesson.alternatives:
                _import_alternative(run, UUID(lesson.id), text)


def _import_alternative(run: Run, lesson: UUID, text: Text) -> None:
    region, language = text.region or "", text.language
    place = {"kind": "alternative", "key": lesson, "language": language, "region": region}
    mark = ImportedText.objects.filter(**place).first()
    before = _alternative_digest(lesson, region, language)
    if before and mark and before != mark.digest and not run.overwrite:
        run.report.note("kept", f"{region} {language} {lesson}")
        return
    rows = BlockAlternative.objects.filter(lesson=lesson, language=language, region=region)
    rows.delete()
    for position, block in enumerate(text.blocks):
        mode = block.attributes["mode"]
        BlockAlternative.objects.create(
            lesson=lesson,
            block=block.attributes.get("after") or block.id,
            region_id=region,
            language=language,
            mode=mode,
            content=[] if mode == "hide" else [to_raw(block)],
            basis=block.basis or "",
            state="ready",
            position=position,
        )
    after = _alternative_digest(lesson, region, language)
    mark_imported("alternative", lesson, language, after, region)
    outcome = "unchanged" if before == after else "changed" if before else "new"
    run.report.note(outcome, f"{region} {language}")


def _alternative_digest(lesson: UUID, region: str, language: str) -> str:
    """Return the digest of a region's texts as they stand, or nothing where there are none."""
    for text in alternatives_of(lesson):
        if (text.region, text.language) == (region, language):
            return texts.digest(text)
    return ""
