"""The database backend: Django's own for PostgreSQL, which watches for slow queries wherever they are made."""
