"""What a text says, in five languages and without a model: normal form, tokens, sentences, stems, names, concepts, figures, quotes."""
