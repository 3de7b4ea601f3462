"""Rows: reading, comparing, seeding, removing."""
