"""What may be looked up. A query changes nothing, filters in SQL by who asks, and returns frozen values."""
