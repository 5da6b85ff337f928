"""The clinic's memory: charts that only grow, and identities kept apart from them."""
