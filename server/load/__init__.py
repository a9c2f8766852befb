"""Scripted sockets that play the story, and what they expect of a server."""
