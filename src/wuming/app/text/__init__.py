"""Text commands: files in and out, in order, in constant memory, on several processors."""
