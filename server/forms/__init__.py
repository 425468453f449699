"""Forms: what a person is asked, how it is shown, and what of the answer is accepted."""
