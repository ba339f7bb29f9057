"""The edge that reads: a source tree, and the tool images that this package names."""
