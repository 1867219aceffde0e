"""The rules of the telephone operator, free of storage, network, screen and clock.

Everything here is a pure function of its arguments: time, randomness and policy come in as values, so that the desk
and the server, which both run the same rules, reach the same result. Standard library only; `numbers` alone may also
use `phonenumbers`. Input that makes no sense raises a `ValueError` of the module with a stable `code` and typed
attributes; the services turn these into refusals.
"""
