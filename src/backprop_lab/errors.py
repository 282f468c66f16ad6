"""The one exception a user is meant to read."""


class LabError(Exception):
    """What is wrong, where (file or key) and what to do, in one line.

    The command line prints it without a traceback and exits with status 1.
    """
