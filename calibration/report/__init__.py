"""What a fit, a check and a recovery say: text, JSON, tables and figures."""
