"""HTTP: one module a noun; `routes` puts them together."""
