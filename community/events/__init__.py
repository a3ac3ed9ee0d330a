"""Workshops, webinars and case meetings: times, places, who comes, what remains."""
