"""Measures the bars that we promise, each beside a floor measured in the same run."""
