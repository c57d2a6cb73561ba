"""Tries to tell from copies of a database who voted how, as somebody with nothing else would.

It knows the tables by what is in them and not by our models, so that it also finds what somebody
added since: a row for each ballot, a moment, a key that was left behind.
"""
