"""The edge that executes a plan: in Dagger containers or with this machine's tools."""
