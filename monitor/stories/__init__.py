"""From items to stories, and to what is new in them: pure, deterministic, one item after another."""
