"""The proof of an image, run in a container beside it: nothing but Python's own library and `pipeline.oci`."""
