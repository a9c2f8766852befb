"""Scripted sockets that play the whole story against a running server, and what they expect."""
