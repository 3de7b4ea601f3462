"""What runs in the test process itself, where pytest-alembic runs the env.py of the team: as in a worker."""
