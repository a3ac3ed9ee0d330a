"""What is done after the answer to the person."""

from django_tasks import task


@task()
def tell_of(post_id: int) -> None:
    """Notify who watches or is mentioned."""
    from community.discussions import telling

    telling.tell_of(post_id)
