"""What a project's files and measurements come to: findings, risks, and what to do, put together."""
