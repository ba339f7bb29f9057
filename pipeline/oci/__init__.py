"""Images as files: read and packed with nothing but Python's own library, also in a container beside them."""
