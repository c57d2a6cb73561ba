"""Tự Soi: the review cycle of Party organisations, from directive to remedy."""

__version__ = "0.1.0"
