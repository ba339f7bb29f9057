"""What a tool said: its output files and logs as values, one file per format."""
