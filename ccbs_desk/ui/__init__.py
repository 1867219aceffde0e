"""The Qt interface: one package per screen, the kit that they are made of, and the shell around them."""
