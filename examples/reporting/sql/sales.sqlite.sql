-- Sales by month: what is invoiced and what is credited, without tax.
-- ?1 tenant, ?2 company, ?3 the last day that counts
SELECT substr(date, 1, 7) AS month, currency,
	sum(CASE type WHEN '380' THEN net_minor ELSE 0 END) AS invoiced_minor,
	sum(CASE type WHEN '381' THEN net_minor ELSE 0 END) AS credited_minor,
	sum(CASE type WHEN '380' THEN net_minor ELSE -net_minor END) AS net_minor
FROM tandem_customer_invoice
WHERE tenant = ?1 AND company = ?2 AND numbered = 1 AND date <= ?3 -- a draft has no number
GROUP BY 1, 2
ORDER BY 1, 2
