"""Which items are wanted, and why: the query language, one pass over a text for all topics, relevance."""
