"""The SQL functions behind `accounts.search`, created by this app's first migration."""

CREATE_FUNCTIONS = """
CREATE OR REPLACE FUNCTION voicecraft_plain(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT lower(public.unaccent('public.unaccent', coalesce(value, ''))) $$;
CREATE OR REPLACE FUNCTION voicecraft_plain_array(value text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT lower(public.unaccent('public.unaccent', coalesce(array_to_string(value, ' '), ''))) $$;
"""
DROP_FUNCTIONS = "DROP FUNCTION voicecraft_plain(text); DROP FUNCTION voicecraft_plain_array(text[]);"
