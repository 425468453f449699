"""What happens by itself: workers claim jobs, do outside work with no transaction open, and settle them."""
