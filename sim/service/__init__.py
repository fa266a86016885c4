"""The service facility: stations, servers and queues. Arrays in, arrays out; no customer and no market in sight."""
