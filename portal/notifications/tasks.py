"""What is done after the answer to the person: mails and pushes."""

from django_tasks import task

from portal.notifications import mailing, push


@task()
def tell_now(user_id: int) -> None:
    """Mail what cannot wait, and wake the person's browsers."""
    mailing.tell(user_id, now_only=True)
    push.wake(user_id)
