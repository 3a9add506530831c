-- What customers owe, by age: from what was posted and what settled it, as of any day.
-- ?1 tenant, ?2 company, ?3 the day, ?4 currency
WITH
fact AS (
	SELECT * FROM tandem_allocation WHERE tenant = ?1 AND company = ?2 AND currency = ?4 AND date <= ?3
),
settled AS ( -- of instalments, and of refunds that are owed back
	SELECT CASE refund WHEN '00000000-0000-0000-0000-000000000000' THEN invoice ELSE refund END AS document,
		CASE refund WHEN '00000000-0000-0000-0000-000000000000' THEN instalment ELSE 0 END AS instalment,
		sum(amount_minor + discount_net_minor + discount_tax_minor) AS minor
	FROM fact GROUP BY 1, 2
),
used AS ( -- of payments and credit notes
	SELECT CASE payment WHEN '00000000-0000-0000-0000-000000000000' THEN credit_note ELSE payment END AS document, sum(amount_minor) AS minor
	FROM fact GROUP BY 1
),
posted AS (
	SELECT * FROM tandem_customer_invoice WHERE tenant = ?1 AND company = ?2 AND currency = ?4 AND numbered = 1 AND date <= ?3
),
paid AS ( -- one that went back counts until it did
	SELECT id, customer, date, amount_minor, coalesce(json_extract(state, '$.refund'), 0) AS refund, coalesce(json_extract(state, '$.advance'), 0) AS advance
	FROM tandem_customer_payment
	WHERE tenant = ?1 AND company = ?2 AND currency = ?4 AND date <= ?3 AND coalesce(json_extract(state, '$.return_date'), '9999-12-31') > ?3
),
item AS ( -- kind, customer, due, amount
	SELECT 'debit' AS kind, i.customer, json_extract(n.value, '$.due') AS due, i.id AS document, n.key + 1 AS instalment,
		CAST(replace(substr(json_extract(n.value, '$.amount'), 1, instr(json_extract(n.value, '$.amount'), ' ') - 1), '.', '') AS INTEGER) AS minor
	FROM posted i, json_each(i.state, '$.instalments') n WHERE i.type = '380'
	UNION ALL SELECT 'debit', customer, date, id, 0, amount_minor FROM paid WHERE refund
	UNION ALL SELECT 'credit', customer, date, id, 0, gross_minor FROM posted WHERE type = '381'
	UNION ALL SELECT CASE WHEN advance THEN 'advance' ELSE 'credit' END, customer, date, id, 0, amount_minor FROM paid WHERE NOT refund
),
open AS (
	SELECT i.kind, i.customer, julianday(?3) - julianday(i.due) AS overdue,
		i.minor - coalesce(CASE i.kind WHEN 'debit' THEN s.minor ELSE u.minor END, 0) AS minor
	FROM item i
	LEFT JOIN settled s ON s.document = i.document AND s.instalment = i.instalment
	LEFT JOIN used u ON u.document = i.document
)
SELECT customer,
	sum(CASE WHEN kind = 'debit' AND overdue <= 0 THEN minor ELSE 0 END) AS not_due_minor,
	sum(CASE WHEN kind = 'debit' AND overdue BETWEEN 1 AND 30 THEN minor ELSE 0 END) AS days_1_to_30_minor,
	sum(CASE WHEN kind = 'debit' AND overdue BETWEEN 31 AND 60 THEN minor ELSE 0 END) AS days_31_to_60_minor,
	sum(CASE WHEN kind = 'debit' AND overdue BETWEEN 61 AND 90 THEN minor ELSE 0 END) AS days_61_to_90_minor,
	sum(CASE WHEN kind = 'debit' AND overdue > 90 THEN minor ELSE 0 END) AS over_90_days_minor,
	sum(CASE kind WHEN 'credit' THEN -minor ELSE 0 END) AS unapplied_minor,
	sum(CASE kind WHEN 'debit' THEN minor WHEN 'credit' THEN -minor ELSE 0 END) AS total_minor,
	sum(CASE kind WHEN 'advance' THEN minor ELSE 0 END) AS advances_minor
FROM open
WHERE minor <> 0
GROUP BY customer
ORDER BY customer
