"""From an address to entries, and from entries to what is new. Only `fetch` and `parsing` touch the outside world."""
