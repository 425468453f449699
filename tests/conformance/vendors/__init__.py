"""Models of other engines and of many editors: read, counted, deployed, shown."""
