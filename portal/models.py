"""The models of the ground, gathered where Django looks for them."""

from portal.accounts.factor_models import AppDevice, RecoveryCode, RecoveryDevice
from portal.accounts.models import User
from portal.audit.models import AuditHead, AuditRow
from portal.files.models import StoredFile
from portal.markings.models import LoweringRequest, Reader
from portal.notifications.models import Notification, NotificationChoice, PushSubscription
from portal.organisations.models import FocalPoint, Organisation, Region
from portal.pages.models import (
    EventIndexPage,
    EventPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    PortalDocument,
    PortalImage,
    PortalRendition,
    StandardPage,
)
from portal.roles.models import RoleGrant
from portal.roles.workflow_models import ReviewTask
from portal.vetting.models import (
    Application,
    ApplicationStep,
    IdentityCheck,
    Invitation,
    InvitationBatch,
    Membership,
)

__all__ = [
    "AppDevice",
    "Application",
    "ApplicationStep",
    "AuditHead",
    "AuditRow",
    "EventIndexPage",
    "EventPage",
    "FocalPoint",
    "HomePage",
    "IdentityCheck",
    "Invitation",
    "InvitationBatch",
    "LoweringRequest",
    "Membership",
    "NewsIndexPage",
    "NewsPage",
    "Notification",
    "NotificationChoice",
    "Organisation",
    "PortalDocument",
    "PortalImage",
    "PortalRendition",
    "PushSubscription",
    "Reader",
    "RecoveryCode",
    "RecoveryDevice",
    "Region",
    "ReviewTask",
    "RoleGrant",
    "StandardPage",
    "StoredFile",
    "User",
]
