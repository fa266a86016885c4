"""What customers come for: how often needs arise, on which days, and what else is needed once they are there."""
