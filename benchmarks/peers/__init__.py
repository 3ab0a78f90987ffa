"""One message each for the peers' buses, registered as their documentation has it.

Each module has `send` and a `message` for it. They are imported only in the environment that
`dispatch.py` makes. Where a peer asks for a container, it gets one that has the handler at hand,
so that no container is timed.
"""
