"""Files of members: a private store, checks on the way in, one way out."""
