"""A reader for tests that are about anything but reading."""

from server.core.intents import OTHER, Reading


class Pedant:
    """A reader to whom a message is a question only where it has all of its words."""

    def __init__(self, *words: str, logistics: float = 0.9) -> None:
        self.words = words
        self.logistics = logistics
        self.asked: list[str] = []

    def __call__(self, text: str) -> Reading:
        self.asked.append(text)
        if all(word in text for word in self.words):
            return Reading("not_received", 0.85, self.words, self.logistics)
        return Reading(OTHER, 0.97, (), 0.03)
