"""The directory of members: what each of them offers, to whom, and how she is asked for contact."""
