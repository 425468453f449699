"""Look something up: plain functions over rows that return frozen values; what one may see is filtered in the SQL."""
