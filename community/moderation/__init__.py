"""Reports of messages: what a reporter attached, and what focal points decide about it."""
