"""The page: what is new, story by story; read-only, rendered on the server, without a line of script."""
