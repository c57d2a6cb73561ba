"""Tự Soi: the review cycle of Party organisations, from the directive to the last shortcoming put right."""

__version__ = "0.1.0"
