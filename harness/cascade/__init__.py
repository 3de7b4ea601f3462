"""What a delete takes with it: foreign keys that act on their rows, the chains they form, and how those are drawn.

Nothing here has a connection: :mod:`harness.data.deleting` reads the foreign keys and measures.
"""
