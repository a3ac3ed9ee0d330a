"""Devices that read sealed messages: their keys, their inbox, backup and secrets."""
