"""Frames, and what carries them over a socket."""
