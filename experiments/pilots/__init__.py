"""What a small trial of a plan could tell before it is rolled out."""
