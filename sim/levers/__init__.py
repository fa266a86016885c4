"""What a plan can do: campaigns, offers and gifts, brake rules, dated changes."""
