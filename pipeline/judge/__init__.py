"""What it means: results of steps, and the one verdict over them."""
