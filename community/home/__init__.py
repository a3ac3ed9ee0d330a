"""The first page inside."""
