"""Browsers that may be woken for messages. Pushes are empty (portal.notifications.push)."""
