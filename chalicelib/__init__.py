"""Ringback: events in, the right text out once, the answer read and followed up."""
