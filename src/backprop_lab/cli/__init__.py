"""The command line: each rule of the workflow calls one of these commands.

A command only translates: it reads its arguments and calls one function.  Modules are
imported where they are used, so that no command pays for another's.  What a command
imports is also how the workflow knows which code its result depends on (see
`planning.sources`): so keep each command's imports inside its own function.
"""
