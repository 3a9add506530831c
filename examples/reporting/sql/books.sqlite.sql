-- Whether there are books: a company that has traded, or that is set up to.
-- ?1 tenant, ?2 company
SELECT company FROM tandem_journal_entry WHERE tenant = ?1 AND company = ?2
UNION ALL SELECT company FROM tandem_period WHERE tenant = ?1 AND company = ?2
UNION ALL SELECT company FROM tandem_location WHERE tenant = ?1 AND company = ?2
LIMIT 1
