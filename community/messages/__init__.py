"""Events of a room: sealed messages and what the server says itself, in one gapless order."""
