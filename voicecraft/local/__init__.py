"""PostgreSQL, Valkey, the web server and the workers of one machine, started by one command.

Nothing in here imports Django: the settings import `urls`, and the servers start before any of them.
"""
