"""A set-up browser written into the tables, as eight requests of it would have left them."""

from typing import TYPE_CHECKING, Any

from django.db import transaction

from community.devices import binding, identity, lists, registration
from community.devices.models import BackupVersion, CrossSigningKey, Device, KeySignature, Secret
from portal.shared import clock, ratelimit

if TYPE_CHECKING:
    from tests.community.paper import Paper


def set_up(paper: "Paper", *, first: bool) -> None:
    """Register the device and confirm it; for the person's first one also what is hers."""
    session = paper.client.session
    sign_in = binding.begin(session)
    session.save()
    given = paper.device_keys()
    keys = registration.read(paper.user, given)
    _count(paper.user, first=first)
    with transaction.atomic():
        device = registration.register(user=paper.user, sign_in=sign_in, keys=keys)
        if first:
            _identity(paper)
        _confirm(paper, device, paper.signed(given, paper.self_signing, paper.self_signing.public))
        if first:
            _backup(paper)


def _count(user: Any, *, first: bool) -> None:
    """Count what is limited by the day, as the services of these deeds do."""
    registration.count_registration(user)
    if first:
        for name in ("signing-keys", "backup-versions"):
            ratelimit.wait(str(user.pk), name)


def _identity(paper: "Paper") -> None:
    lists.mark_changed(paper.user.pk)
    keys = identity.read(user=paper.user, body=paper.signing_keys()).keys
    CrossSigningKey.objects.bulk_create(
        CrossSigningKey(user=paper.user, usage=usage, key=key, updated=clock.now())
        for usage, key in keys.items()
    )


def _confirm(paper: "Paper", device: Device, signed: dict[str, Any]) -> None:
    lists.mark_changed(paper.user.pk)
    Device.objects.filter(pk=device.pk).update(confirmed=True)
    signer = f"ed25519:{paper.self_signing.public}"
    KeySignature.objects.create(
        target_user=paper.user, target_key=device.device_id, signer_user=paper.user,
        signer_key=signer, signature=signed["signatures"][paper.name][signer],
    )  # fmt: skip


def _backup(paper: "Paper") -> None:
    from tests.community.paper import SEALED, SECRETS

    moment = clock.now()
    BackupVersion.objects.create(user=paper.user, version=1, created=moment, **paper.backup())
    Secret.objects.bulk_create(
        Secret(user=paper.user, name=name, iv=SEALED["iv"], ct=SEALED["ct"], updated=moment)
        for name in SECRETS
    )
