"""Devices and their keys (messaging.md 5). Private keys never come here."""

from django.conf import settings
from django.db import models


class Counter(models.Model):
    """A number that only rises; ``device-list`` is the position of the list of devices."""

    name = models.CharField(max_length=30, primary_key=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        app_label = "community"

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class Device(models.Model):
    """A phone or computer with message keys. Its id is never given again to the same person.

    ``bound_sign_in`` is a random id kept in the one sign-in that may use the device. ``inbox_seq``
    numbers what waits for it. ``confirmed``: signed by its owner's self-signing key.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chat_devices"
    )
    device_id = models.CharField(max_length=10)
    name = models.CharField(max_length=60, blank=True)
    device_keys = models.JSONField()
    confirmed = models.BooleanField(default=False)
    created = models.DateTimeField()
    last_seen_day = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    bound_sign_in = models.CharField(max_length=64, blank=True, db_index=True)
    challenge = models.CharField(max_length=64, blank=True)
    challenge_at = models.DateTimeField(null=True, blank=True)
    inbox_seq = models.BigIntegerField(default=0)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(fields=["user", "device_id"], name="device_id_for_ever"),
            models.UniqueConstraint(
                fields=["bound_sign_in"],
                condition=models.Q(revoked_at__isnull=True) & ~models.Q(bound_sign_in=""),
                name="device_one_of_a_sign_in",
            ),
        ]

    def __str__(self) -> str:
        return self.device_id


class OneTimeKey(models.Model):
    """A key that one other device may use once."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="one_time_keys")
    algorithm = models.CharField(max_length=30)
    key_id = models.CharField(max_length=20)
    key = models.JSONField()

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(fields=["device", "key_id"], name="one_time_key_id"),
        ]

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.key_id}"


class UsedKeyId(models.Model):
    """Which content a key id stood for: an id with other content means a copied store."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    key_id = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)

    class Meta:
        app_label = "community"
        constraints = [models.UniqueConstraint(fields=["device", "key_id"], name="used_key_id")]

    def __str__(self) -> str:
        return self.key_id


class FallbackKey(models.Model):
    """The key that is lent when no one-time key is left."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="fallback_keys")
    algorithm = models.CharField(max_length=30)
    key_id = models.CharField(max_length=20)
    key = models.JSONField()
    used = models.BooleanField(default=False)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(fields=["device", "algorithm"], name="fallback_key_one"),
        ]

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.key_id}"


class CrossSigningKey(models.Model):
    """A public key of a person: master, self_signing or user_signing."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="signing_keys"
    )
    usage = models.CharField(max_length=20)
    key = models.JSONField()
    updated = models.DateTimeField()

    class Meta:
        app_label = "community"
        constraints = [models.UniqueConstraint(fields=["user", "usage"], name="signing_key_one")]

    def __str__(self) -> str:
        return self.usage


class KeySignature(models.Model):
    """A signature of one person's key over a device or key (``target_key``: its id or key)."""

    target_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    target_key = models.CharField(max_length=64)
    signer_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    signer_key = models.CharField(max_length=80)
    signature = models.CharField(max_length=100)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(
                fields=["target_user", "target_key", "signer_user", "signer_key"],
                name="key_signature_one",
            ),
        ]

    def __str__(self) -> str:
        return self.signer_key


class DeviceListChange(models.Model):
    """Somebody's devices or keys changed; ``stream`` is gapless and visible after the commit."""

    stream = models.BigIntegerField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created = models.DateTimeField()

    class Meta:
        app_label = "community"
        indexes = [models.Index(fields=["user", "-stream"])]

    def __str__(self) -> str:
        return str(self.stream)


class ToDevice(models.Model):
    """A message for one device, kept until that device acknowledged it. Sealed by the sender."""

    recipient_device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="inbox")
    seq = models.BigIntegerField()
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sender_device = models.CharField(max_length=10)
    type = models.CharField(max_length=60)
    content = models.JSONField()
    created = models.DateTimeField()

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(fields=["recipient_device", "seq"], name="to_device_order"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.seq}"


class Txn(models.Model):
    """A to-device request that was done, so that its repetition does nothing (kept 24 hours)."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    txn_id = models.CharField(max_length=64)
    created = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "community"
        constraints = [models.UniqueConstraint(fields=["device", "txn_id"], name="txn_once")]

    def __str__(self) -> str:
        return self.txn_id


class BackupVersion(models.Model):
    """A series of backed-up room keys, signed by its owner."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="backup_versions"
    )
    version = models.PositiveIntegerField()
    algorithm = models.CharField(max_length=40)
    auth = models.JSONField()
    etag = models.BigIntegerField(default=0)
    count = models.PositiveIntegerField(default=0)
    created = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "community"
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="backup_version")]

    def __str__(self) -> str:
        return str(self.version)


class BackupKey(models.Model):
    """A room key sealed under its owner's recovery key."""

    version = models.ForeignKey(BackupVersion, on_delete=models.CASCADE, related_name="keys")
    room = models.UUIDField()
    session_id = models.CharField(max_length=64)
    first_index = models.PositiveIntegerField()
    forwarded = models.PositiveIntegerField()
    iv = models.CharField(max_length=24)
    data = models.TextField()

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(fields=["version", "room", "session_id"], name="backup_key"),
        ]
        # The daily purge asks for closed rooms of which there are keys, whoever saved them.
        indexes = [models.Index(fields=["room"], name="backup_key_room")]

    def __str__(self) -> str:
        return self.session_id


class Secret(models.Model):
    """A secret of a person, sealed under the recovery key only she has."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sealed_secrets"
    )
    name = models.CharField(max_length=40)
    iv = models.CharField(max_length=24)
    ct = models.TextField()
    updated = models.DateTimeField()

    class Meta:
        app_label = "community"
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="secret_one")]

    def __str__(self) -> str:
        return self.name
