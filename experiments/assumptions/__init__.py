"""What a decision rests on: assumptions ranked, turning points, contested beliefs, the worth of knowing more."""
