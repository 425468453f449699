"""The Python that models may contain: a subset, interpreted by our own closures and never by eval or exec."""
