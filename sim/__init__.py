"""One market, one run: customers, service, money and the day that ties them together."""
