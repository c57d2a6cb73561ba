"""Dispatches `tusoi VERB …` to the management command of that name."""

from django.core.management import execute_from_command_line


def run(arguments: list[str]) -> int:
    execute_from_command_line(["tusoi", *arguments])
    return 0
