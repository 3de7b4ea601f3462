"""The round trip of one revision, driven from the parent process."""
