"""Remembers. One contract, several databases: the statements are shared, each database brings its connection and its schema."""
