"""The edge that reads: which files a source tree holds."""
