"""The record of what happened: append-only, chained by hashes, without content."""
