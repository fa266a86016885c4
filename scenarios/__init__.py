"""The gallery of scenarios that is packaged with the program."""
