"""One customer followed through a run: what concerned them, day by day, and the story it makes."""
