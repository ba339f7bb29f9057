"""What the findings of all scanners mean together: merged, judged by one policy, over a stated coverage."""
