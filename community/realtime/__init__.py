"""The socket that delivers: frames, guard, fan-out, window."""
