"""What `init` writes into a repository: files as values, and how they differ from those that are there."""
