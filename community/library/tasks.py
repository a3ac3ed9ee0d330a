"""What is done after the answer to the person: words of files, copies with a reader's name."""

from django_tasks import task


@task()
def read_words(edition_id: int) -> None:
    """Read the words of an edition's file for searching."""
    from community.library import editions

    editions.read(edition_id)


@task()
def stamp_copy(copy_id: int) -> None:
    """Make the copy a person waits for."""
    from community.library import copies

    copies.make(copy_id)
