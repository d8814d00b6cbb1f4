"""What health, market supervision and the police send of the demonstration county, with truth."""
