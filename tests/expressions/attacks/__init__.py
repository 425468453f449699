"""Texts that ask for what no model should get, by language and by what they are after."""
