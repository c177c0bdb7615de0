"""What GitHub would run for an event."""
