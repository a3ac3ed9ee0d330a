"""Groups of members: regional networks, themes, expert drafting groups."""
