"""Tests of groups: who is in them, how people join, what is inside."""
