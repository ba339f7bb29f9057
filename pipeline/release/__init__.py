"""A release to Fly.io as values: what it has to reach, what was seen there, what follows. Nothing here runs."""
