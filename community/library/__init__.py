"""The publications library: records, editions, who may see them, and their way out to others."""
