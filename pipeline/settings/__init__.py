"""What the user decided: the validated content of pipeline.yaml and its overlays."""
