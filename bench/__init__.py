"""Every figure that the project claims, with the command that measures it: python -m bench [NAME…]."""
