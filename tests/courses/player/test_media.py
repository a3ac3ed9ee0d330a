"""Pictures and films of a pack: shown in the lesson, sent only to those who may take the course."""

from typing import Any

from django.test import Client

from courses.catalogue.models import Course
from tests.courses import minipack
from tests.courses.player.conftest import canonical_files, import_mini
from tests.courses.player.steps import url

LESSON = "modules/01-first/lessons/02-two/lesson"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
MEDIA = {
    "media/plan.png": PNG,
    "media/film.mp4": b"\x00\x00\x00 ftypisom" + b"0" * 2000,
    "media/film.en.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n",
    "media/media.yaml": b"".join(
        f"{name}:\n  credit: Us\n  licence: CC-BY-4.0\n".encode()
        for name in ("film.en.vtt", "film.mp4", "plan.png")
    ),
}
BLOCKS = {
    "en": (
        f'::: image {{id={minipack.key("pic")} file=plan.png alt="A plan" caption="The plan"}} :::\n'
        f'::: video {{id={minipack.key("film")} file=film.mp4 title="A film" captions=film.en.vtt}}\n'
        ":: transcript\nWhat is said.\n:::\n"
    ),
    "fr": (
        f'::: image {{id={minipack.key("pic")} alt="Un plan" caption="Le plan"}} :::\n'
        f'::: video {{id={minipack.key("film")} title="Un film"}}\n:: transcript\nCe qui est dit.\n:::\n'
    ),
}  # fmt: skip


def with_media() -> dict[str, bytes]:
    files = canonical_files() | MEDIA
    for code, blocks in BLOCKS.items():
        files[f"{LESSON}.{code}.md"] += b"\n" + blocks.encode()
    return files


def test_a_picture_and_a_film_of_the_pack_are_shown(mini: Course, visitor: Client) -> None:
    import_mini(with_media(), publish=True)
    page = visitor.get(url("two", 1)).content.decode()
    assert 'src="/en/courses/mini/media/plan.png" alt="A plan"' in page
    assert '<source src="/en/courses/mini/media/film.mp4">' in page
    assert 'kind="captions" src="/en/courses/mini/media/film.en.vtt"' in page
    assert "What is said." in page
    french = visitor.get(url("two", 1, "fr")).content.decode()
    assert 'src="/fr/courses/mini/media/plan.png" alt="Un plan"' in french


def test_a_file_is_sent_with_its_own_type(mini: Course, visitor: Client) -> None:
    import_mini(with_media(), publish=True)
    response = visitor.get("/en/courses/mini/media/plan.png")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/png")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.content == PNG


def test_what_is_not_there_or_not_allowed_is_not_found(mini: Course, visitor: Client) -> None:
    import_mini(with_media(), publish=True)
    for name in ("none.png", "media.yaml", "x.svg", "..%2fpack.yaml", "plan.png%00"):
        assert visitor.get(f"/en/courses/mini/media/{name}").status_code == 404
    mini.refresh_from_db()
    mini.release.manifest["course"]["access"] = "learner"
    mini.release.save()
    Course.objects.update(mark=50)
    assert visitor.get("/en/courses/mini/media/plan.png").status_code == 404


def test_a_pack_with_media_comes_out_as_it_went_in(mini: Course) -> None:
    from courses.packages import canonical, writer
    from courses.packages.exporting import export_pack
    from courses.packages.reader import read_files

    import_mini(with_media(), publish=True)
    pack, findings = read_files(with_media())
    assert pack is not None, findings
    wanted: dict[str, Any] = writer.files(canonical.resolve(pack))
    assert writer.files(export_pack(minipack.FAMILY)) == wanted
