"""What crosses the wire between desk and server: codecs, versions, upcasters and messages."""
