"""The case digest: what a closed case taught, made anonymous, read by two editors."""
