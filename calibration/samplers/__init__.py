"""Where a fit looks, and how it comes from candidates to a posterior or to one best point."""
