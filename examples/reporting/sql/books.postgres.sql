-- Whether there are books: a company that has traded, or that is set up to.
-- $1 tenant, $2 company
SELECT company FROM tandem.journal_entry WHERE tenant = $1 AND company = $2
UNION ALL SELECT company FROM tandem.period WHERE tenant = $1 AND company = $2
UNION ALL SELECT company FROM tandem.location WHERE tenant = $1 AND company = $2
LIMIT 1
