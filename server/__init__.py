"""Sanfang: buyer, shop and courier company in one room."""

__version__ = "0.1.0"
