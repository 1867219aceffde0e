"""The demo: a country, its server, a link that can be cut, and desks; used by hand or walked by itself."""
