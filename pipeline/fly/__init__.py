"""The edge to Fly.io: its APIs, the public address of an app, and the steps of a release in their order."""
