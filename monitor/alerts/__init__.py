"""Who is told what, in which words, by which way: decide and render are pure, send touches the network."""
