"""Sealed files of rooms."""
