class ServerError(Exception):
    """A server or command cannot run; the message is one sentence for the operator."""
