"""What an officer checks from the command line: a list against a rulebook, without a database."""
