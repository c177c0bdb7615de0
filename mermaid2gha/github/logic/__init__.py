"""When two conditions are the same: normal forms and truth tables."""
