"""The public shelf for other libraries: OAI-PMH 2.0 (openarchives.org, 2002, as of 2015)."""
