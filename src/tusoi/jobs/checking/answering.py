"""Commands for officers: also what is not understood is said in the language of the answers."""

import re
from itertools import pairwise
from typing import Any, Final, NoReturn

from django.core.management.base import CommandParser

from tusoi.jobs.command import TusoiCommand


_SAID_BY_ARGPARSE: Final = (
    (r"the following arguments are required: (.+)", "còn thiếu: {0}."),
    (
        r"argument (\S+): invalid choice: '(.*)' \(choose from (.+)\)",
        "{0}: không có lựa chọn “{1}”; hãy chọn một trong {2}.",
    ),
    (r"argument (\S+): expected one argument", "{0}: hãy ghi thêm giá trị ở sau."),
    (r"unrecognized arguments: (.+)", "không hiểu: {0}."),
)


class OfficerParser(CommandParser):
    """Refuse words that are not understood in the language of the other answers."""

    _is_english = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        words = list(args or ())
        self._is_english = "--lang=en" in words or ("--lang", "en") in pairwise(words)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        if not self._is_english:
            for pattern, words in _SAID_BY_ARGPARSE:
                if found := re.fullmatch(pattern, message):
                    message = words.format(*found.groups())
        super().error(message)
        raise AssertionError  # the line above leaves


class OfficerCommand(TusoiCommand):
    """A command for people who only want to check something; it answers in Vietnamese."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        # Django makes its own parser; only what it says of mistakes differs.
        parser.__class__ = OfficerParser
        return parser
