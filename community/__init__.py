"""The password-protected half: what members do together."""
