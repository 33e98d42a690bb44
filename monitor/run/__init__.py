"""The program at work: what builds it, the daemon, and the replay of an archive."""
