"""What a person reads: tables in plain text, sentences, and figures, made from a `Comparison`."""
