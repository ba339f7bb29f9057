"""What the repository is: facts read once, and the App that follows from them."""
