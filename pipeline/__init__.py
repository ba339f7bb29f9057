"""Builds, tests and proves ASP.NET Core + React applications.

One pipeline for a laptop and for CI: it reads the repository, plans the steps, runs them in
containers and gives one verdict with all its evidence. Start with `dagger call ci`.
"""
