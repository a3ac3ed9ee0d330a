"""What a person may do with her own data: see it, take it, correct it, delete it."""
