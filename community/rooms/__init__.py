"""Case rooms and direct messages: who is in them, signed lists of members, their end."""
