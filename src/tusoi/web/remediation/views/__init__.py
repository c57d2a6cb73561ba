"""Pages of remedies: boards, plans, shortcomings, actions, and what I promised myself."""

from tusoi.web.remediation.views import actions, board, bulk, overview, plans, shortcomings


__all__ = ["actions", "board", "bulk", "overview", "plans", "shortcomings"]
