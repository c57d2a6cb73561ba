"""What the engine refuses to reason about."""


class EngineError(Exception):
    """Rules or facts that have no meaning."""


class FactInvalid(EngineError):
    """A fact has a value that its rule cannot read."""


class RulesConflict(EngineError):
    """Two rules say different things with the same right."""
