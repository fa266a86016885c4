"""Many runs: designs, paired comparison, storage and reports."""
