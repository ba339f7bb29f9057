"""A module that does nothing: what `dagger call` costs before anybody's own code."""

from dagger import function, object_type


@object_type
class Empty:
    """Two functions without work."""

    @function(cache="never")
    def nothing(self) -> str:
        """Run and do nothing."""
        return "nothing"

    @function
    def cached(self) -> str:
        """Do nothing, and answer from the engine's cache from the second call on."""
        return "nothing"
