"""What the firm measures of the market: surveys, loyalty cells, failure indices, scorecards. Nothing reads it back."""
