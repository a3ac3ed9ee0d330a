"""The ground's own parts of a person's data, registered when the site starts."""

from portal.rights import erasing, giving
from portal.rights.registry import register

register("account", giving.account, erasing.logs)
register("sign_ins", giving.sign_ins)
register("second_factors", giving.second_factors)
register("membership", giving.membership)
register("roles", giving.roles)
register("applications", giving.applications, erasing.notices)
register("vouched_for", giving.vouched_for, erasing.sponsorships)
register("invitations", giving.invitations, erasing.invitations)
register("identity_checks", giving.identity_checks)
register("focal_points", giving.focal_points, erasing.contacts)
register("notices", giving.notices)
register("studio", giving.studio)
register("record", giving.record)
# Last: deleting a file is recorded, and the end of the record then stays locked.
register("files", giving.files, erasing.files)
