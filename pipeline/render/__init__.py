"""What people and machines read: renderings of a Report."""
