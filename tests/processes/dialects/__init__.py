"""Each word of each dialect, in a model that is run: what it changes can be seen in what happens."""
