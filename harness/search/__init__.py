"""Search for rows that a round trip does not bring back: what to look near, rows made of it, the search, its examples.

Nothing here talks to env.py: whoever searches gives the function that tries an example.
"""
