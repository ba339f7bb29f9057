"""What is missing on a machine or in a repository, and the one command that mends each; judged from values alone."""
