"""backprop-lab: a lab report on backpropagation that rebuilds itself.

As a library it offers what `backprop_lab.api` lists.  That is imported when it is first asked
for, because the workflow's short commands should not wait for what they do not use.
"""

from importlib import import_module

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Return one of the names that `backprop_lab.api` offers."""
    if not name.startswith("_"):
        api = import_module("backprop_lab.api")
        if name in api.__all__:
            return getattr(api, name)
    raise AttributeError(f"module 'backprop_lab' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the names that the library offers."""
    return ["__version__", *import_module("backprop_lab.api").__all__]
