"""What keeps a release from being tried: kinds of mistakes, and a detector for each."""
