"""The one exception a user is meant to read."""

import re

#: What would end or garble a line: control characters, line separators, halves of characters.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class LabError(Exception):
    r"""What is wrong, where (file or key) and what to do, in one line.

    The command line prints it without a traceback and exits with status 1.  Files may hold
    anything, and messages quote them: a character that is no part of a line is escaped.

    >>> print(LabError("results.json: no key 'a\nb'"))
    results.json: no key 'a\nb'
    """

    def __str__(self) -> str:
        """Return the message, in one line."""
        return _UNSHOWN.sub(lambda sign: repr(sign[0])[1:-1], super().__str__())
