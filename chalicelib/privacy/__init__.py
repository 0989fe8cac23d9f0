"""What is kept of one person: handing it out, erasing it, and what a restore must not undo."""
