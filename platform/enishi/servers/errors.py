class ServerError(Exception):
    """What stands in the way of running: one clear sentence for the operator."""
