"""How a person becomes a member: application, sponsor, two decisions; and how she stays one."""
