"""The front door: the `rehearse` command."""
