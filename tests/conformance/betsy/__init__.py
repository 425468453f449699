"""The small processes of the corpus `betsy/models`, one feature of the standard each, with the traces they leave."""
