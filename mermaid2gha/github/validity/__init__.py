"""What GitHub refuses of workflow files, one by one and with their calls: line, reason and cure."""
