"""The scenario file: frozen models of its sections, and the reading of one into validated documents, one per plan."""
