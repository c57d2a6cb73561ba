"""What the engine refuses to reason about."""

from tusoi.engine.citations import Text


class EngineError(Exception):
    """Rules or facts that have no meaning."""


class FactInvalid(EngineError):
    """A fact has a value that its rule cannot read, or that cannot be.

    `text` is the sentence for a reader of the screen.
    """

    def __init__(self, message: str, text: Text | None = None) -> None:
        self.text = text or Text(message, message)
        super().__init__(message)


class FactsContradict(FactInvalid):
    """Facts that cannot be true together; each contradiction is a sentence."""

    def __init__(self, texts: tuple[Text, ...]) -> None:
        self.texts = texts
        vietnamese = " ".join(one.vi for one in texts)
        english = " ".join(one.in_language("en") for one in texts)
        super().__init__(vietnamese, Text(vietnamese, english))


class LiftRefused(EngineError):
    """Somebody lifted a rule that nobody may lift, or on no ground that the rule names."""


class RulesConflict(EngineError):
    """Two rules say different things with the same right."""
