"""The directory: what members show of themselves, finding them, asking for contact."""
