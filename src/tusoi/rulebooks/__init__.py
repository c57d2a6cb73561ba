"""Rulebooks: a regulation as data that people can read, correct and pin to a cycle.

Other rooms ask `library` for a `Rulebook` and the `Rulebook` for the rest.
"""
