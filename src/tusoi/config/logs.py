"""What is kept out of every log line."""

import logging
import re
from typing import Final


# The only secret that stands in an address: the link of somebody's calendar.
_PRIVATE_LINK: Final = re.compile(r"(/calendar/)[\w-]+(\.ics)")


class HidePrivateLinks(logging.Filter):
    """Blot the private part of calendar links out of messages, whoever logs them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str):
            record.msg = _blotted(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(
                _blotted(value) if isinstance(value, str) else value for value in record.args
            )
        return True


def _blotted(text: str) -> str:
    return _PRIVATE_LINK.sub(r"\1…\2", text)
