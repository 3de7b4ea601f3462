"""A project as its files tell, read without importing or running any of them."""
