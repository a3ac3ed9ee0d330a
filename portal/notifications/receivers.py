"""Carries a change of the number to open pages, mailbox and phone; forgets phones signed out."""

from portal.events import listen
from portal.events.messages import NotificationsChanged, SignInEnded, SignInRenewed, SignInsEnded
from portal.notifications.models import PushSubscription
from portal.notifications.tasks import tell_now
from portal.sockets import groups


def carry(event: NotificationsChanged) -> None:
    """Tell open pages the number; for something new also mail and push, by task."""
    groups.tell(groups.of_user(event.user_id), {"type": "notifications.changed"})
    if event.new:
        tell_now.enqueue(event.user_id)


def forget_browser(event: SignInEnded) -> None:
    """A browser that is signed out is not woken any more."""
    PushSubscription.objects.filter(session=event.session).delete()


def forget_browsers(event: SignInsEnded) -> None:
    """Every sign-in of the account is over: no browser is woken any more."""
    PushSubscription.objects.filter(user_id=event.user_id).delete()


def follow_browser(event: SignInRenewed) -> None:
    """The sign-in goes on under another session key, and the browser with it."""
    PushSubscription.objects.filter(session=event.old).update(session=event.new)


listen(NotificationsChanged, carry)
listen(SignInRenewed, follow_browser)
listen(SignInEnded, forget_browser)
listen(SignInsEnded, forget_browsers)
