"""What the commands for tables share."""
