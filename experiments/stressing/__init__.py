"""Plans under shocks: what may befall them, what the worst runs look like, what to cut first."""
