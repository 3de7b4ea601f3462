"""Walk one history in several processes at once, each with a server of its own and a segment of the spine."""
