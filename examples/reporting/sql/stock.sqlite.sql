-- What is in stock and what it is worth: quantities by the moves, values by the journal, as of any day.
-- What lies on the account without a product has a row without one: the values sum to the balance of the account.
-- ?1 tenant, ?2 company, ?3 the day, ?4 the account of the stock, ?5 the instant at which the day ends where the company is
WITH
place AS (
	SELECT id FROM tandem_location WHERE tenant = ?1 AND company = ?2 AND kind IN ('stock', 'view') -- the others are counterparts
),
moved AS (
	SELECT * FROM tandem_stock_move WHERE tenant = ?1 AND company = ?2 AND effective < ?5
),
there AS (
	SELECT product, sum(micro) AS micro FROM (
		SELECT product, quantity_micro AS micro FROM moved WHERE to_location IN (SELECT id FROM place)
		UNION ALL SELECT product, -quantity_micro FROM moved WHERE from_location IN (SELECT id FROM place)
	) GROUP BY product
),
worth AS (
	SELECT l.product, e.currency, sum(l.amount_minor) AS minor
	FROM tandem_journal_entry e JOIN tandem_journal_entry_line l ON l.tenant = e.tenant AND l.company = e.company AND l.id = e.id
	WHERE e.tenant = ?1 AND e.company = ?2 AND e.date <= ?3 AND l.account = ?4
	GROUP BY l.product, e.currency
)
SELECT coalesce(p.code, '') AS product, coalesce(t.micro, 0) AS quantity_micro, coalesce(w.currency, '') AS currency, coalesce(w.minor, 0) AS value_minor
FROM there t
FULL JOIN worth w ON w.product = t.product
LEFT JOIN tandem_product p ON p.tenant = ?1 AND p.id = coalesce(t.product, w.product)
WHERE coalesce(t.micro, 0) <> 0 OR coalesce(w.minor, 0) <> 0
ORDER BY 1
