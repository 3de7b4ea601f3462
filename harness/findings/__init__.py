"""What a run found: the rules, and the pure functions that turn measured facts into findings."""
