"""What will be done: steps as plain values, the same for every runner."""
