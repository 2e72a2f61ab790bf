"""What service costs: plans for several weights of lost sales, and the trade-off of service, stock and freight in them."""
