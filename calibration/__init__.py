"""Fitting a scenario to observed data: targets, losses, samplers and recovery of known truth."""
