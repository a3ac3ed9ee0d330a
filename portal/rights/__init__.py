"""Rights of the person: her own data, its deletion, and the list of all that is stored."""
