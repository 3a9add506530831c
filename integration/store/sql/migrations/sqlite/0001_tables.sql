-- Tables of Tandem, version 1. What is absent is the nil UUID, an empty text; amounts are minor units,
-- quantities millionths of the unit, rates 1e-9. `state` is the whole record as JSON; the columns beside it are
-- derived from it, for queries and reports: the library reads the state.

-- The versions of these tables that the database has had.
CREATE TABLE IF NOT EXISTS tandem_schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) STRICT;
INSERT INTO tandem_schema_version (version, name) VALUES (1, '0001_tables');

CREATE TABLE tandem_product (
	tenant TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	category TEXT NOT NULL,
	kind TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, id)
) STRICT;
CREATE UNIQUE INDEX tandem_product_code ON tandem_product (tenant, code);

CREATE TABLE tandem_category (
	tenant TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	parent TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, id)
) STRICT;
CREATE UNIQUE INDEX tandem_category_code ON tandem_category (tenant, code);

CREATE TABLE tandem_location (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	code TEXT NOT NULL,
	parent TEXT NOT NULL,
	kind TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE UNIQUE INDEX tandem_location_code ON tandem_location (tenant, company, code);

CREATE TABLE tandem_reservation (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	product TEXT NOT NULL,
	location TEXT NOT NULL,
	promise TEXT NOT NULL,
	document TEXT NOT NULL,
	line INTEGER NOT NULL,
	status TEXT NOT NULL,
	open INTEGER NOT NULL CHECK (open IN (0, 1)),
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE INDEX tandem_reservation_product ON tandem_reservation (tenant, company, product, promise, id) WHERE open = 1;
CREATE INDEX tandem_reservation_document ON tandem_reservation (tenant, company, document, promise, id);
CREATE INDEX tandem_reservation_promise ON tandem_reservation (tenant, company, promise, id);
CREATE INDEX tandem_reservation_open ON tandem_reservation (tenant, company, promise, id) WHERE open = 1;

CREATE TABLE tandem_stock_move (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	product TEXT NOT NULL,
	lot TEXT NOT NULL,
	from_location TEXT NOT NULL,
	to_location TEXT NOT NULL,
	quantity_micro INTEGER NOT NULL,
	unit TEXT NOT NULL,
	effective TEXT NOT NULL,
	recorded TEXT NOT NULL,
	source_kind TEXT NOT NULL,
	source TEXT NOT NULL,
	source_number TEXT NOT NULL,
	source_line INTEGER NOT NULL,
	reason TEXT NOT NULL,
	reverses TEXT NOT NULL,
	reversal INTEGER NOT NULL CHECK (reversal IN (0, 1)),
	appended INTEGER PRIMARY KEY AUTOINCREMENT,
	UNIQUE (tenant, company, id)
) STRICT;
CREATE INDEX tandem_stock_move_company ON tandem_stock_move (tenant, company, appended);
CREATE INDEX tandem_stock_move_product ON tandem_stock_move (tenant, company, product, appended);
CREATE INDEX tandem_stock_move_source ON tandem_stock_move (tenant, company, source, appended);
CREATE UNIQUE INDEX tandem_stock_move_reverses ON tandem_stock_move (tenant, company, reverses) WHERE reversal = 1;

CREATE TABLE tandem_backorder (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	document TEXT NOT NULL,
	line_key TEXT NOT NULL,
	revision INTEGER NOT NULL,
	line INTEGER NOT NULL,
	product TEXT NOT NULL,
	location TEXT NOT NULL,
	quantity_micro INTEGER NOT NULL,
	unit TEXT NOT NULL,
	promise TEXT NOT NULL,
	asked TEXT NOT NULL,
	waiting INTEGER NOT NULL CHECK (waiting IN (0, 1)),
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, document, line_key)
) STRICT;
CREATE INDEX tandem_backorder_product ON tandem_backorder (tenant, company, product, promise, asked, document, line_key) WHERE waiting = 1;

CREATE TABLE tandem_stock_count (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	location TEXT NOT NULL,
	at TEXT NOT NULL,
	status TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE INDEX tandem_stock_count_at ON tandem_stock_count (tenant, company, at, id);
CREATE INDEX tandem_stock_count_location ON tandem_stock_count (tenant, company, location, at, id);

CREATE TABLE tandem_cost_pool (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	product TEXT NOT NULL,
	revision INTEGER NOT NULL,
	quantity_micro INTEGER NOT NULL,
	unit TEXT NOT NULL,
	value_minor INTEGER NOT NULL,
	currency TEXT NOT NULL,
	method TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, product)
) STRICT;

CREATE TABLE tandem_sales_quotation (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	number TEXT NOT NULL,
	customer TEXT NOT NULL,
	date TEXT NOT NULL,
	status TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE UNIQUE INDEX tandem_sales_quotation_number ON tandem_sales_quotation (tenant, company, number);
CREATE INDEX tandem_sales_quotation_date ON tandem_sales_quotation (tenant, company, date, id);
CREATE INDEX tandem_sales_quotation_customer ON tandem_sales_quotation (tenant, company, customer, date, id);
CREATE INDEX tandem_sales_quotation_status ON tandem_sales_quotation (tenant, company, status, date, id);

CREATE TABLE tandem_sales_order (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	number TEXT NOT NULL,
	customer TEXT NOT NULL,
	date TEXT NOT NULL,
	status TEXT NOT NULL,
	open INTEGER NOT NULL CHECK (open IN (0, 1)),
	held INTEGER NOT NULL CHECK (held IN (0, 1)),
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE UNIQUE INDEX tandem_sales_order_number ON tandem_sales_order (tenant, company, number);
CREATE INDEX tandem_sales_order_date ON tandem_sales_order (tenant, company, date, id);
CREATE INDEX tandem_sales_order_customer ON tandem_sales_order (tenant, company, customer, date, id);
CREATE INDEX tandem_sales_order_status ON tandem_sales_order (tenant, company, status, date, id);
CREATE INDEX tandem_sales_order_open ON tandem_sales_order (tenant, company, date, id) WHERE open = 1;
CREATE INDEX tandem_sales_order_held ON tandem_sales_order (tenant, company, date, id) WHERE held = 1;

CREATE TABLE tandem_sales_delivery (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	number TEXT NOT NULL,
	customer TEXT NOT NULL,
	date TEXT NOT NULL,
	status TEXT NOT NULL,
	order_id TEXT NOT NULL,
	uninvoiced INTEGER NOT NULL CHECK (uninvoiced IN (0, 1)),
	withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
	expecting INTEGER NOT NULL CHECK (expecting IN (0, 1)),
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE UNIQUE INDEX tandem_sales_delivery_number ON tandem_sales_delivery (tenant, company, number);
CREATE INDEX tandem_sales_delivery_date ON tandem_sales_delivery (tenant, company, date, id);
CREATE INDEX tandem_sales_delivery_customer ON tandem_sales_delivery (tenant, company, customer, date, id);
CREATE INDEX tandem_sales_delivery_status ON tandem_sales_delivery (tenant, company, status, date, id);
CREATE INDEX tandem_sales_delivery_order ON tandem_sales_delivery (tenant, company, order_id, date, id);
CREATE INDEX tandem_sales_delivery_uninvoiced ON tandem_sales_delivery (tenant, company, date, id) WHERE uninvoiced = 1;
CREATE INDEX tandem_sales_delivery_withdrawn ON tandem_sales_delivery (tenant, company, date, id) WHERE withdrawn = 1;
CREATE INDEX tandem_sales_delivery_expecting ON tandem_sales_delivery (tenant, company, date, id) WHERE expecting = 1;

CREATE TABLE tandem_sales_return (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	number TEXT NOT NULL,
	customer TEXT NOT NULL,
	date TEXT NOT NULL,
	status TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE UNIQUE INDEX tandem_sales_return_number ON tandem_sales_return (tenant, company, number);
CREATE INDEX tandem_sales_return_date ON tandem_sales_return (tenant, company, date, id);
CREATE INDEX tandem_sales_return_customer ON tandem_sales_return (tenant, company, customer, date, id);
CREATE INDEX tandem_sales_return_status ON tandem_sales_return (tenant, company, status, date, id);

CREATE TABLE tandem_account (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	code TEXT NOT NULL,
	type TEXT NOT NULL,
	name TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE INDEX tandem_account_code ON tandem_account (tenant, company, code, id);

CREATE TABLE tandem_journal_entry (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	number TEXT NOT NULL,
	date TEXT NOT NULL,
	recorded TEXT NOT NULL,
	source_kind TEXT NOT NULL,
	source TEXT NOT NULL,
	source_number TEXT NOT NULL,
	text TEXT NOT NULL,
	currency TEXT NOT NULL,
	reverses TEXT NOT NULL,
	reversal INTEGER NOT NULL CHECK (reversal IN (0, 1)),
	appended INTEGER PRIMARY KEY AUTOINCREMENT,
	UNIQUE (tenant, company, id)
) STRICT;
CREATE INDEX tandem_journal_entry_date ON tandem_journal_entry (tenant, company, date, appended);
CREATE INDEX tandem_journal_entry_source ON tandem_journal_entry (tenant, company, source, date, appended);
CREATE UNIQUE INDEX tandem_journal_entry_number ON tandem_journal_entry (tenant, company, number);
CREATE UNIQUE INDEX tandem_journal_entry_reverses ON tandem_journal_entry (tenant, company, reverses) WHERE reversal = 1;
CREATE TABLE tandem_journal_entry_line (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	line INTEGER NOT NULL,
	account TEXT NOT NULL,
	amount_minor INTEGER NOT NULL,
	original_minor INTEGER NOT NULL,
	original_currency TEXT NOT NULL,
	party TEXT NOT NULL,
	product TEXT NOT NULL,
	dimensions TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id, line)
) STRICT;

CREATE TABLE tandem_period (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	from_date TEXT NOT NULL,
	until_date TEXT NOT NULL,
	status TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE INDEX tandem_period_from ON tandem_period (tenant, company, from_date, id);

CREATE TABLE tandem_customer_invoice (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	customer TEXT NOT NULL,
	type TEXT NOT NULL,
	status TEXT NOT NULL,
	series TEXT NOT NULL,
	number TEXT NOT NULL,
	date TEXT NOT NULL,
	order_id TEXT NOT NULL,
	currency TEXT NOT NULL,
	net_minor INTEGER NOT NULL,
	tax_minor INTEGER NOT NULL,
	gross_minor INTEGER NOT NULL,
	open_minor INTEGER NOT NULL,
	created TEXT NOT NULL,
	open INTEGER NOT NULL CHECK (open IN (0, 1)),
	numbered INTEGER NOT NULL CHECK (numbered IN (0, 1)),
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE UNIQUE INDEX tandem_customer_invoice_number ON tandem_customer_invoice (tenant, company, series, number) WHERE numbered = 1;
CREATE INDEX tandem_customer_invoice_date ON tandem_customer_invoice (tenant, company, date, series, number, created, id);
CREATE INDEX tandem_customer_invoice_customer ON tandem_customer_invoice (tenant, company, customer, date, series, number, created, id);
CREATE INDEX tandem_customer_invoice_open ON tandem_customer_invoice (tenant, company, customer, date, series, number, id) WHERE open = 1;
CREATE INDEX tandem_customer_invoice_order ON tandem_customer_invoice (tenant, company, order_id, date, series, number, created, id);

CREATE TABLE tandem_customer_payment (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	customer TEXT NOT NULL,
	status TEXT NOT NULL,
	number TEXT NOT NULL,
	date TEXT NOT NULL,
	amount_minor INTEGER NOT NULL,
	unapplied_minor INTEGER NOT NULL,
	currency TEXT NOT NULL,
	method TEXT NOT NULL,
	open INTEGER NOT NULL CHECK (open IN (0, 1)),
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE UNIQUE INDEX tandem_customer_payment_number ON tandem_customer_payment (tenant, company, number);
CREATE INDEX tandem_customer_payment_date ON tandem_customer_payment (tenant, company, date, number, id);
CREATE INDEX tandem_customer_payment_customer ON tandem_customer_payment (tenant, company, customer, date, number, id);
CREATE INDEX tandem_customer_payment_open ON tandem_customer_payment (tenant, company, customer, date, number, id) WHERE open = 1;

CREATE TABLE tandem_allocation (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	customer TEXT NOT NULL,
	invoice TEXT NOT NULL,
	instalment INTEGER NOT NULL,
	payment TEXT NOT NULL,
	credit_note TEXT NOT NULL,
	amount_minor INTEGER NOT NULL,
	discount_net_minor INTEGER NOT NULL,
	discount_tax_minor INTEGER NOT NULL,
	currency TEXT NOT NULL,
	date TEXT NOT NULL,
	recorded TEXT NOT NULL,
	reverses TEXT NOT NULL,
	from_advance INTEGER NOT NULL CHECK (from_advance IN (0, 1)),
	reversal INTEGER NOT NULL CHECK (reversal IN (0, 1)),
	refund TEXT NOT NULL,
	appended INTEGER PRIMARY KEY AUTOINCREMENT,
	UNIQUE (tenant, company, id)
) STRICT;
CREATE INDEX tandem_allocation_company ON tandem_allocation (tenant, company, appended);
CREATE INDEX tandem_allocation_customer ON tandem_allocation (tenant, company, customer, appended);
CREATE INDEX tandem_allocation_invoice ON tandem_allocation (tenant, company, invoice, appended);
CREATE INDEX tandem_allocation_payment ON tandem_allocation (tenant, company, payment, appended);
CREATE UNIQUE INDEX tandem_allocation_reverses ON tandem_allocation (tenant, company, reverses) WHERE reversal = 1;

CREATE TABLE tandem_credit_account (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	party TEXT NOT NULL,
	revision INTEGER NOT NULL,
	limit_minor INTEGER NOT NULL,
	currency TEXT NOT NULL,
	receivables_minor INTEGER NOT NULL,
	delivered_not_invoiced_minor INTEGER NOT NULL,
	confirmed_not_delivered_minor INTEGER NOT NULL,
	advances_minor INTEGER NOT NULL,
	policy TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, party)
) STRICT;

CREATE TABLE tandem_payment_terms (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE INDEX tandem_payment_terms_code ON tandem_payment_terms (tenant, company, code, id);

CREATE TABLE tandem_tax_code (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	code TEXT NOT NULL,
	country TEXT NOT NULL,
	category TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE INDEX tandem_tax_code_code ON tandem_tax_code (tenant, company, code, id);

CREATE TABLE tandem_tax_entry (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	document_kind TEXT NOT NULL,
	document TEXT NOT NULL,
	document_number TEXT NOT NULL,
	direction TEXT NOT NULL,
	tax_point TEXT NOT NULL,
	recorded TEXT NOT NULL,
	party TEXT NOT NULL,
	country TEXT NOT NULL,
	vat_number TEXT NOT NULL,
	reverses TEXT NOT NULL,
	reversal INTEGER NOT NULL CHECK (reversal IN (0, 1)),
	code TEXT NOT NULL,
	category TEXT NOT NULL,
	rate_nano INTEGER NOT NULL,
	base_minor INTEGER NOT NULL,
	tax_minor INTEGER NOT NULL,
	currency TEXT NOT NULL,
	reason TEXT NOT NULL,
	appended INTEGER PRIMARY KEY AUTOINCREMENT,
	UNIQUE (tenant, company, id)
) STRICT;
CREATE INDEX tandem_tax_entry_tax_point ON tandem_tax_entry (tenant, company, tax_point, appended);
CREATE INDEX tandem_tax_entry_document ON tandem_tax_entry (tenant, company, document, tax_point, appended);
CREATE INDEX tandem_tax_entry_party ON tandem_tax_entry (tenant, company, party, tax_point, appended);
CREATE UNIQUE INDEX tandem_tax_entry_reverses ON tandem_tax_entry (tenant, company, reverses) WHERE reversal = 1;

CREATE TABLE tandem_party (
	tenant TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	kind TEXT NOT NULL,
	status TEXT NOT NULL,
	parent TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX tandem_party_parent ON tandem_party (tenant, parent, id);

CREATE TABLE tandem_party_cross_reference (
	tenant TEXT NOT NULL,
	system_key TEXT NOT NULL,
	external_key TEXT NOT NULL,
	revision INTEGER NOT NULL,
	system TEXT NOT NULL,
	external TEXT NOT NULL,
	party TEXT NOT NULL,
	valid_from TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, system_key, external_key)
) STRICT;
CREATE UNIQUE INDEX tandem_party_cross_reference_key ON tandem_party_cross_reference (tenant, system, external);
CREATE INDEX tandem_party_cross_reference_party ON tandem_party_cross_reference (tenant, party, system, external, system_key, external_key);

CREATE TABLE tandem_consent (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	party TEXT NOT NULL,
	purpose TEXT NOT NULL,
	channel TEXT NOT NULL,
	address TEXT NOT NULL,
	action TEXT NOT NULL,
	basis TEXT NOT NULL,
	source TEXT NOT NULL,
	text_version TEXT NOT NULL,
	imported INTEGER NOT NULL CHECK (imported IN (0, 1)),
	effective TEXT NOT NULL,
	expires TEXT NOT NULL,
	recorded TEXT NOT NULL,
	addressed INTEGER NOT NULL CHECK (addressed IN (0, 1)),
	appended INTEGER PRIMARY KEY AUTOINCREMENT,
	UNIQUE (tenant, company, id)
) STRICT;
CREATE INDEX tandem_consent_company ON tandem_consent (tenant, company, appended);
CREATE INDEX tandem_consent_party ON tandem_consent (tenant, company, party, appended);
CREATE INDEX tandem_consent_address ON tandem_consent (tenant, company, address, appended) WHERE addressed = 1;

CREATE TABLE tandem_interaction (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	party TEXT NOT NULL,
	kind TEXT NOT NULL,
	occurred TEXT NOT NULL,
	recorded TEXT NOT NULL,
	document_kind TEXT NOT NULL,
	document TEXT NOT NULL,
	document_number TEXT NOT NULL,
	amount_minor INTEGER NOT NULL,
	currency TEXT NOT NULL,
	text TEXT NOT NULL,
	source TEXT NOT NULL,
	appended INTEGER PRIMARY KEY AUTOINCREMENT,
	UNIQUE (tenant, company, id)
) STRICT;
CREATE INDEX tandem_interaction_occurred ON tandem_interaction (tenant, company, occurred, appended);
CREATE INDEX tandem_interaction_party ON tandem_interaction (tenant, company, party, occurred, appended);

CREATE TABLE tandem_grade_assignment (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	party TEXT NOT NULL,
	revision INTEGER NOT NULL,
	grade TEXT NOT NULL,
	reviewed TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, party)
) STRICT;

CREATE TABLE tandem_purchase (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	party TEXT NOT NULL,
	kind TEXT NOT NULL,
	date TEXT NOT NULL,
	net_minor INTEGER NOT NULL,
	currency TEXT NOT NULL,
	document_kind TEXT NOT NULL,
	document TEXT NOT NULL,
	document_number TEXT NOT NULL,
	recorded TEXT NOT NULL,
	appended INTEGER PRIMARY KEY AUTOINCREMENT,
	UNIQUE (tenant, company, id)
) STRICT;
CREATE INDEX tandem_purchase_date ON tandem_purchase (tenant, company, date, appended);
CREATE INDEX tandem_purchase_party ON tandem_purchase (tenant, company, party, date, appended);

CREATE TABLE tandem_survey_answer (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	survey TEXT NOT NULL,
	wave TEXT NOT NULL,
	measure TEXT NOT NULL,
	invitation TEXT NOT NULL,
	party TEXT NOT NULL,
	document_kind TEXT NOT NULL,
	document TEXT NOT NULL,
	document_number TEXT NOT NULL,
	stage TEXT NOT NULL,
	score INTEGER NOT NULL,
	comment TEXT NOT NULL,
	at TEXT NOT NULL,
	recorded TEXT NOT NULL,
	appended INTEGER PRIMARY KEY AUTOINCREMENT,
	UNIQUE (tenant, company, id)
) STRICT;
CREATE INDEX tandem_survey_answer_company ON tandem_survey_answer (tenant, company, appended);
CREATE INDEX tandem_survey_answer_party ON tandem_survey_answer (tenant, company, party, appended);
CREATE INDEX tandem_survey_answer_survey ON tandem_survey_answer (tenant, company, survey, appended);

CREATE TABLE tandem_delivery_fact (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	party TEXT NOT NULL,
	order_kind TEXT NOT NULL,
	order_id TEXT NOT NULL,
	order_number TEXT NOT NULL,
	line INTEGER NOT NULL,
	kind TEXT NOT NULL,
	date TEXT NOT NULL,
	quantity_micro INTEGER NOT NULL,
	unit TEXT NOT NULL,
	filled_micro INTEGER NOT NULL,
	filled_unit TEXT NOT NULL,
	promise TEXT NOT NULL,
	reverses TEXT NOT NULL,
	reversal INTEGER NOT NULL CHECK (reversal IN (0, 1)),
	recorded TEXT NOT NULL,
	appended INTEGER PRIMARY KEY AUTOINCREMENT,
	UNIQUE (tenant, company, id)
) STRICT;
CREATE INDEX tandem_delivery_fact_date ON tandem_delivery_fact (tenant, company, date, appended);
CREATE INDEX tandem_delivery_fact_party ON tandem_delivery_fact (tenant, company, party, date, appended);
CREATE INDEX tandem_delivery_fact_order ON tandem_delivery_fact (tenant, company, order_id, date, appended);
CREATE UNIQUE INDEX tandem_delivery_fact_reverses ON tandem_delivery_fact (tenant, company, reverses) WHERE reversal = 1;

CREATE TABLE tandem_redemption_limit (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	parent TEXT NOT NULL,
	customer TEXT NOT NULL,
	status TEXT NOT NULL,
	reserved_uses INTEGER NOT NULL,
	committed_uses INTEGER NOT NULL,
	reserved_quantity_micro INTEGER NOT NULL,
	committed_quantity_micro INTEGER NOT NULL,
	unit TEXT NOT NULL,
	reserved_value_minor INTEGER NOT NULL,
	committed_value_minor INTEGER NOT NULL,
	currency TEXT NOT NULL,
	next_expiry TEXT NOT NULL,
	expiring INTEGER NOT NULL CHECK (expiring IN (0, 1)),
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE INDEX tandem_redemption_limit_subject ON tandem_redemption_limit (tenant, company, kind, subject, id);
CREATE INDEX tandem_redemption_limit_parent ON tandem_redemption_limit (tenant, company, parent, kind, subject, id);
CREATE INDEX tandem_redemption_limit_expiring ON tandem_redemption_limit (tenant, company, kind, subject, id) WHERE expiring = 1;

CREATE TABLE tandem_rebate_agreement (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	id TEXT NOT NULL,
	revision INTEGER NOT NULL,
	customer TEXT NOT NULL,
	status TEXT NOT NULL,
	period_from TEXT NOT NULL,
	period_until TEXT NOT NULL,
	net_quantity_micro INTEGER NOT NULL,
	unit TEXT NOT NULL,
	net_value_minor INTEGER NOT NULL,
	accrued_minor INTEGER NOT NULL,
	liability_minor INTEGER NOT NULL,
	currency TEXT NOT NULL,
	state TEXT NOT NULL,
	PRIMARY KEY (tenant, company, id)
) STRICT;
CREATE INDEX tandem_rebate_agreement_period ON tandem_rebate_agreement (tenant, company, period_until, id);
CREATE INDEX tandem_rebate_agreement_customer ON tandem_rebate_agreement (tenant, company, customer, period_until, id);
CREATE INDEX tandem_rebate_agreement_status ON tandem_rebate_agreement (tenant, company, status, period_until, id);

-- What is on hand and reserved, in millionths of the product's base unit.
CREATE TABLE tandem_stock_level (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	location TEXT NOT NULL,
	product TEXT NOT NULL,
	lot TEXT NOT NULL,
	on_hand_micro INTEGER NOT NULL,
	reserved_micro INTEGER NOT NULL,
	PRIMARY KEY (tenant, company, location, product, lot)
) STRICT;

-- The last number of each series of documents, and the latest date that it was drawn for.
CREATE TABLE tandem_number_series (
	tenant TEXT NOT NULL,
	company TEXT NOT NULL,
	series TEXT NOT NULL,
	last_number INTEGER NOT NULL,
	last_date TEXT NOT NULL,
	PRIMARY KEY (tenant, company, series)
) STRICT;

-- The commands that took effect, by their keys, with their first results.
CREATE TABLE tandem_command (
	tenant TEXT NOT NULL,
	key TEXT NOT NULL,
	name TEXT NOT NULL,
	digest BLOB NOT NULL,
	result text,
	actor TEXT NOT NULL,
	at TEXT NOT NULL,
	PRIMARY KEY (tenant, key)
) STRICT;
CREATE INDEX tandem_command_at ON tandem_command (tenant, at);

-- The outbox. `recorded` is the order of the inserts, in which transactions overlap: it is no cursor.
-- `position` is given after the commit, from 1 without a gap; an event without one has just been committed.
CREATE TABLE tandem_event (
	recorded INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant TEXT NOT NULL,
	position INTEGER,
	lane INTEGER NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	aggregate TEXT NOT NULL,
	company TEXT NOT NULL,
	sequence INTEGER NOT NULL,
	at TEXT NOT NULL,
	actor TEXT NOT NULL,
	cause TEXT NOT NULL,
	payload TEXT
) STRICT;
CREATE UNIQUE INDEX tandem_event_position ON tandem_event (tenant, position) WHERE position IS NOT NULL;
CREATE UNIQUE INDEX tandem_event_lane ON tandem_event (tenant, lane, position) WHERE position IS NOT NULL;
CREATE UNIQUE INDEX tandem_event_new ON tandem_event (tenant, recorded) WHERE position IS NULL;

-- The position of the last event that has one. Who gives positions holds the row.
CREATE TABLE tandem_outbox (
	tenant TEXT NOT NULL,
	last_position INTEGER NOT NULL,
	PRIMARY KEY (tenant)
) STRICT;

-- How far the relays of the outbox are, by name and lane, and who has a lane until when.
CREATE TABLE tandem_relay_lane (
	tenant TEXT NOT NULL,
	relay TEXT NOT NULL,
	lane INTEGER NOT NULL,
	settled INTEGER NOT NULL,
	owner TEXT NOT NULL,
	until TEXT NOT NULL,
	claimed INTEGER NOT NULL,
	PRIMARY KEY (tenant, relay, lane)
) STRICT;

-- Events that a relay could not publish: each blocks its aggregate until it is replayed or skipped.
CREATE TABLE tandem_relay_dead_letter (
	tenant TEXT NOT NULL,
	relay TEXT NOT NULL,
	position INTEGER NOT NULL,
	lane INTEGER NOT NULL,
	company TEXT NOT NULL,
	kind TEXT NOT NULL,
	aggregate TEXT NOT NULL,
	reason TEXT NOT NULL,
	tries INTEGER NOT NULL,
	at TEXT NOT NULL,
	PRIMARY KEY (tenant, relay, position)
) STRICT;
CREATE UNIQUE INDEX tandem_relay_dead_letter_aggregate ON tandem_relay_dead_letter (tenant, relay, company, kind, aggregate);

-- What is posted stays: a correction is a new record that reverses the old one.
CREATE TRIGGER tandem_stock_move_no_update BEFORE UPDATE ON tandem_stock_move
BEGIN SELECT RAISE(ABORT, 'stock_move is posted: it is corrected by a reversal, not changed'); END;
CREATE TRIGGER tandem_stock_move_no_delete BEFORE DELETE ON tandem_stock_move
BEGIN SELECT RAISE(ABORT, 'stock_move is posted: it is corrected by a reversal, not changed'); END;
CREATE TRIGGER tandem_stock_move_no_replacing_insert BEFORE INSERT ON tandem_stock_move
BEGIN
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_stock_move.tenant, tandem_stock_move.company, tandem_stock_move.id (stock_move is posted)') WHERE EXISTS (SELECT 1 FROM tandem_stock_move WHERE tenant = NEW.tenant AND company = NEW.company AND id = NEW.id);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_stock_move.tenant, tandem_stock_move.company, tandem_stock_move.reverses (stock_move is posted)') WHERE NEW.reversal = 1 AND EXISTS (SELECT 1 FROM tandem_stock_move WHERE tenant = NEW.tenant AND company = NEW.company AND reverses = NEW.reverses AND reversal = 1);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_stock_move.rowid (stock_move is posted)') WHERE EXISTS (SELECT 1 FROM tandem_stock_move WHERE rowid = NEW.rowid);
END;
CREATE TRIGGER tandem_journal_entry_no_update BEFORE UPDATE ON tandem_journal_entry
BEGIN SELECT RAISE(ABORT, 'journal_entry is posted: it is corrected by a reversal, not changed'); END;
CREATE TRIGGER tandem_journal_entry_no_delete BEFORE DELETE ON tandem_journal_entry
BEGIN SELECT RAISE(ABORT, 'journal_entry is posted: it is corrected by a reversal, not changed'); END;
CREATE TRIGGER tandem_journal_entry_no_replacing_insert BEFORE INSERT ON tandem_journal_entry
BEGIN
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_journal_entry.tenant, tandem_journal_entry.company, tandem_journal_entry.id (journal_entry is posted)') WHERE EXISTS (SELECT 1 FROM tandem_journal_entry WHERE tenant = NEW.tenant AND company = NEW.company AND id = NEW.id);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_journal_entry.tenant, tandem_journal_entry.company, tandem_journal_entry.number (journal_entry is posted)') WHERE EXISTS (SELECT 1 FROM tandem_journal_entry WHERE tenant = NEW.tenant AND company = NEW.company AND number = NEW.number);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_journal_entry.tenant, tandem_journal_entry.company, tandem_journal_entry.reverses (journal_entry is posted)') WHERE NEW.reversal = 1 AND EXISTS (SELECT 1 FROM tandem_journal_entry WHERE tenant = NEW.tenant AND company = NEW.company AND reverses = NEW.reverses AND reversal = 1);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_journal_entry.rowid (journal_entry is posted)') WHERE EXISTS (SELECT 1 FROM tandem_journal_entry WHERE rowid = NEW.rowid);
END;
CREATE TRIGGER tandem_journal_entry_line_no_update BEFORE UPDATE ON tandem_journal_entry_line
BEGIN SELECT RAISE(ABORT, 'journal_entry_line is posted: it is corrected by a reversal, not changed'); END;
CREATE TRIGGER tandem_journal_entry_line_no_delete BEFORE DELETE ON tandem_journal_entry_line
BEGIN SELECT RAISE(ABORT, 'journal_entry_line is posted: it is corrected by a reversal, not changed'); END;
CREATE TRIGGER tandem_journal_entry_line_no_replacing_insert BEFORE INSERT ON tandem_journal_entry_line
BEGIN
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_journal_entry_line.tenant, tandem_journal_entry_line.company, tandem_journal_entry_line.id, tandem_journal_entry_line.line (journal_entry_line is posted)') WHERE EXISTS (SELECT 1 FROM tandem_journal_entry_line WHERE tenant = NEW.tenant AND company = NEW.company AND id = NEW.id AND line = NEW.line);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_journal_entry_line.rowid (journal_entry_line is posted)') WHERE EXISTS (SELECT 1 FROM tandem_journal_entry_line WHERE rowid = NEW.rowid);
END;
CREATE TRIGGER tandem_journal_entry_line_no_more BEFORE INSERT ON tandem_journal_entry_line WHEN EXISTS (SELECT 1 FROM tandem_journal_entry WHERE tenant = NEW.tenant AND company = NEW.company AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_journal_entry.tenant, tandem_journal_entry.company, tandem_journal_entry.id (journal_entry is posted)'); END;
CREATE TRIGGER tandem_customer_invoice_no_update BEFORE UPDATE ON tandem_customer_invoice WHEN OLD.numbered = 1 AND (OLD.rowid IS NOT NEW.rowid OR OLD.tenant IS NOT NEW.tenant OR OLD.company IS NOT NEW.company OR OLD.customer IS NOT NEW.customer OR OLD.type IS NOT NEW.type OR OLD.series IS NOT NEW.series OR OLD.number IS NOT NEW.number OR OLD.date IS NOT NEW.date OR OLD.order_id IS NOT NEW.order_id OR OLD.currency IS NOT NEW.currency OR OLD.net_minor IS NOT NEW.net_minor OR OLD.tax_minor IS NOT NEW.tax_minor OR OLD.gross_minor IS NOT NEW.gross_minor OR OLD.created IS NOT NEW.created OR OLD.numbered IS NOT NEW.numbered OR OLD.id IS NOT NEW.id
	OR json_remove(OLD.state, '$.revision', '$.sequence', '$.status', '$.open', '$.instalments', '$.credited', '$.discounted', '$.credited_lines') <> json_remove(NEW.state, '$.revision', '$.sequence', '$.status', '$.open', '$.instalments', '$.credited', '$.discounted', '$.credited_lines')
	OR NEW.status <> (CASE NEW.open_minor WHEN 0 THEN 'settled' ELSE 'posted' END) OR NEW.open <> (NEW.open_minor <> 0)
	OR NEW.open_minor NOT BETWEEN 0 AND NEW.gross_minor OR json_extract(NEW.state, '$.status') IS NOT NEW.status
	OR CAST(replace(json_extract(NEW.state, '$.open'), '.', '') AS INTEGER) IS NOT NEW.open_minor
	OR (SELECT json_group_array(json_extract(value, '$.due', '$.amount', '$.discount.until')) FROM json_each(OLD.state, '$.instalments'))
		IS NOT (SELECT json_group_array(json_extract(value, '$.due', '$.amount', '$.discount.until')) FROM json_each(NEW.state, '$.instalments')))
BEGIN SELECT RAISE(ABORT, 'customer_invoice is posted: it is corrected by a reversal, not changed'); END;
CREATE TRIGGER tandem_customer_invoice_no_delete BEFORE DELETE ON tandem_customer_invoice WHEN OLD.numbered = 1
BEGIN SELECT RAISE(ABORT, 'customer_invoice is posted: it is corrected by a reversal, not changed'); END;
CREATE TRIGGER tandem_customer_invoice_no_replacing_insert BEFORE INSERT ON tandem_customer_invoice
BEGIN
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_customer_invoice.tenant, tandem_customer_invoice.company, tandem_customer_invoice.id (customer_invoice is posted)') WHERE EXISTS (SELECT 1 FROM tandem_customer_invoice WHERE tenant = NEW.tenant AND company = NEW.company AND id = NEW.id AND numbered = 1);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_customer_invoice.tenant, tandem_customer_invoice.company, tandem_customer_invoice.series, tandem_customer_invoice.number (customer_invoice is posted)') WHERE NEW.numbered = 1 AND EXISTS (SELECT 1 FROM tandem_customer_invoice WHERE tenant = NEW.tenant AND company = NEW.company AND series = NEW.series AND number = NEW.number AND numbered = 1);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_customer_invoice.rowid (customer_invoice is posted)') WHERE EXISTS (SELECT 1 FROM tandem_customer_invoice WHERE rowid = NEW.rowid AND numbered = 1);
END;
CREATE TRIGGER tandem_customer_invoice_no_replacing_update BEFORE UPDATE ON tandem_customer_invoice WHEN OLD.numbered = 0
BEGIN
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_customer_invoice.tenant, tandem_customer_invoice.company, tandem_customer_invoice.id (customer_invoice is posted)') WHERE EXISTS (SELECT 1 FROM tandem_customer_invoice WHERE tenant = NEW.tenant AND company = NEW.company AND id = NEW.id AND numbered = 1);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_customer_invoice.tenant, tandem_customer_invoice.company, tandem_customer_invoice.series, tandem_customer_invoice.number (customer_invoice is posted)') WHERE NEW.numbered = 1 AND EXISTS (SELECT 1 FROM tandem_customer_invoice WHERE tenant = NEW.tenant AND company = NEW.company AND series = NEW.series AND number = NEW.number AND numbered = 1);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_customer_invoice.rowid (customer_invoice is posted)') WHERE EXISTS (SELECT 1 FROM tandem_customer_invoice WHERE rowid = NEW.rowid AND numbered = 1);
END;
CREATE TRIGGER tandem_allocation_no_update BEFORE UPDATE ON tandem_allocation
BEGIN SELECT RAISE(ABORT, 'allocation is posted: it is corrected by a reversal, not changed'); END;
CREATE TRIGGER tandem_allocation_no_delete BEFORE DELETE ON tandem_allocation
BEGIN SELECT RAISE(ABORT, 'allocation is posted: it is corrected by a reversal, not changed'); END;
CREATE TRIGGER tandem_allocation_no_replacing_insert BEFORE INSERT ON tandem_allocation
BEGIN
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_allocation.tenant, tandem_allocation.company, tandem_allocation.id (allocation is posted)') WHERE EXISTS (SELECT 1 FROM tandem_allocation WHERE tenant = NEW.tenant AND company = NEW.company AND id = NEW.id);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_allocation.tenant, tandem_allocation.company, tandem_allocation.reverses (allocation is posted)') WHERE NEW.reversal = 1 AND EXISTS (SELECT 1 FROM tandem_allocation WHERE tenant = NEW.tenant AND company = NEW.company AND reverses = NEW.reverses AND reversal = 1);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_allocation.rowid (allocation is posted)') WHERE EXISTS (SELECT 1 FROM tandem_allocation WHERE rowid = NEW.rowid);
END;
CREATE TRIGGER tandem_tax_entry_no_update BEFORE UPDATE ON tandem_tax_entry
BEGIN SELECT RAISE(ABORT, 'tax_entry is posted: it is corrected by a reversal, not changed'); END;
CREATE TRIGGER tandem_tax_entry_no_delete BEFORE DELETE ON tandem_tax_entry
BEGIN SELECT RAISE(ABORT, 'tax_entry is posted: it is corrected by a reversal, not changed'); END;
CREATE TRIGGER tandem_tax_entry_no_replacing_insert BEFORE INSERT ON tandem_tax_entry
BEGIN
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_tax_entry.tenant, tandem_tax_entry.company, tandem_tax_entry.id (tax_entry is posted)') WHERE EXISTS (SELECT 1 FROM tandem_tax_entry WHERE tenant = NEW.tenant AND company = NEW.company AND id = NEW.id);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_tax_entry.tenant, tandem_tax_entry.company, tandem_tax_entry.reverses (tax_entry is posted)') WHERE NEW.reversal = 1 AND EXISTS (SELECT 1 FROM tandem_tax_entry WHERE tenant = NEW.tenant AND company = NEW.company AND reverses = NEW.reverses AND reversal = 1);
	SELECT RAISE(ABORT, 'UNIQUE constraint failed: tandem_tax_entry.rowid (tax_entry is posted)') WHERE EXISTS (SELECT 1 FROM tandem_tax_entry WHERE rowid = NEW.rowid);
END;
