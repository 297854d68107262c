"""The triggers that make the ledger append-only, created by this app's second migration.

No row may be changed, but for the name of the member of staff, which goes when their account does. No row may
be deleted while its balance stays: only together with its user.
"""

CREATE_GUARD = """
CREATE FUNCTION voicecraft_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            RAISE EXCEPTION 'ledger rows are never changed' USING ERRCODE = 'integrity_constraint_violation';
        ELSIF EXISTS (SELECT FROM billing_creditbalance WHERE id = OLD.credit_balance_id) THEN
            RAISE EXCEPTION 'ledger rows are never deleted' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END
$$;
CREATE TRIGGER ledger_is_not_changed
    AFTER UPDATE OF user_id, credit_balance_id, operation_type, credits_used, balance_after,
        key, reason, details, timestamp
    ON billing_usagehistory FOR EACH ROW EXECUTE FUNCTION voicecraft_ledger_is_append_only();
CREATE CONSTRAINT TRIGGER ledger_is_not_deleted
    AFTER DELETE ON billing_usagehistory DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION voicecraft_ledger_is_append_only();
"""
DROP_GUARD = """
DROP TRIGGER ledger_is_not_deleted ON billing_usagehistory;
DROP TRIGGER ledger_is_not_changed ON billing_usagehistory;
DROP FUNCTION voicecraft_ledger_is_append_only();
"""
