"""What the scripts of this folder share with the tests: they can be imported."""
