"""The corpus betsy/invalid: a model for each constraint of the standard that can be broken."""
