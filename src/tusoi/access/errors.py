from tusoi.units.errors import AccessError, NotPermitted


__all__ = ["AccessError", "NotPermitted"]
