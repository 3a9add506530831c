-- Tables of Tandem, version 1. What is absent is the nil UUID, an empty text or -infinity; amounts are minor units,
-- quantities millionths of the unit, rates 1e-9. `state` is the whole record as JSON; the columns beside it are
-- derived from it, for queries and reports: the library reads the state.

CREATE SCHEMA IF NOT EXISTS tandem;

-- Fails where a conditional write has met no row: somebody else was faster. Nothing is written then.
CREATE FUNCTION tandem.expect_one(n bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF n <> 1 THEN
		RAISE EXCEPTION 'tandem: another transaction was faster, this one is to run again' USING ERRCODE = 'TD001';
	END IF;
END $$;

-- The versions of these tables that the database has had.
CREATE TABLE IF NOT EXISTS tandem.schema_version (version bigint PRIMARY KEY, name text NOT NULL, applied timestamptz NOT NULL DEFAULT now());
INSERT INTO tandem.schema_version (version, name) VALUES (1, '0001_tables');

CREATE TABLE tandem.product (
	tenant text COLLATE "C" NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	code text COLLATE "C" NOT NULL,
	name text COLLATE "C" NOT NULL,
	category uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	state json NOT NULL,
	CONSTRAINT product_pkey PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX product_code_idx ON tandem.product (tenant, code);

CREATE TABLE tandem.category (
	tenant text COLLATE "C" NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	code text COLLATE "C" NOT NULL,
	name text COLLATE "C" NOT NULL,
	parent uuid NOT NULL,
	state json NOT NULL,
	CONSTRAINT category_pkey PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX category_code_idx ON tandem.category (tenant, code);

CREATE TABLE tandem.location (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	code text COLLATE "C" NOT NULL,
	parent uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	state json NOT NULL,
	CONSTRAINT location_pkey PRIMARY KEY (tenant, company, id)
);
CREATE UNIQUE INDEX location_code_idx ON tandem.location (tenant, company, code);

CREATE TABLE tandem.reservation (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	product uuid NOT NULL,
	location uuid NOT NULL,
	promise date NOT NULL,
	document uuid NOT NULL,
	line bigint NOT NULL,
	status text COLLATE "C" NOT NULL,
	open boolean NOT NULL,
	state json NOT NULL,
	CONSTRAINT reservation_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX reservation_product_idx ON tandem.reservation (tenant, company, product, promise, id) WHERE open;
CREATE INDEX reservation_document_idx ON tandem.reservation (tenant, company, document, promise, id);
CREATE INDEX reservation_promise_idx ON tandem.reservation (tenant, company, promise, id);
CREATE INDEX reservation_open_idx ON tandem.reservation (tenant, company, promise, id) WHERE open;

CREATE TABLE tandem.stock_move (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	product uuid NOT NULL,
	lot uuid NOT NULL,
	from_location uuid NOT NULL,
	to_location uuid NOT NULL,
	quantity_micro bigint NOT NULL,
	unit text COLLATE "C" NOT NULL,
	effective timestamptz NOT NULL,
	recorded timestamptz NOT NULL,
	source_kind text COLLATE "C" NOT NULL,
	source uuid NOT NULL,
	source_number text COLLATE "C" NOT NULL,
	source_line bigint NOT NULL,
	reason text COLLATE "C" NOT NULL,
	reverses uuid NOT NULL,
	reversal boolean NOT NULL,
	appended bigint GENERATED ALWAYS AS IDENTITY,
	CONSTRAINT stock_move_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX stock_move_company_idx ON tandem.stock_move (tenant, company, appended);
CREATE INDEX stock_move_product_idx ON tandem.stock_move (tenant, company, product, appended);
CREATE INDEX stock_move_source_idx ON tandem.stock_move (tenant, company, source, appended);
CREATE UNIQUE INDEX stock_move_reverses_idx ON tandem.stock_move (tenant, company, reverses) WHERE reversal;

CREATE TABLE tandem.backorder (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	document uuid NOT NULL,
	line_key uuid NOT NULL,
	revision bigint NOT NULL,
	line bigint NOT NULL,
	product uuid NOT NULL,
	location uuid NOT NULL,
	quantity_micro bigint NOT NULL,
	unit text COLLATE "C" NOT NULL,
	promise date NOT NULL,
	asked timestamptz NOT NULL,
	waiting boolean NOT NULL,
	state json NOT NULL,
	CONSTRAINT backorder_pkey PRIMARY KEY (tenant, company, document, line_key)
);
CREATE INDEX backorder_product_idx ON tandem.backorder (tenant, company, product, promise, asked, document, line_key) WHERE waiting;

CREATE TABLE tandem.stock_count (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	location uuid NOT NULL,
	at timestamptz NOT NULL,
	status text COLLATE "C" NOT NULL,
	state json NOT NULL,
	CONSTRAINT stock_count_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX stock_count_at_idx ON tandem.stock_count (tenant, company, at, id);
CREATE INDEX stock_count_location_idx ON tandem.stock_count (tenant, company, location, at, id);

CREATE TABLE tandem.cost_pool (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	product uuid NOT NULL,
	revision bigint NOT NULL,
	quantity_micro bigint NOT NULL,
	unit text COLLATE "C" NOT NULL,
	value_minor bigint NOT NULL,
	currency text COLLATE "C" NOT NULL,
	method text COLLATE "C" NOT NULL,
	state json NOT NULL,
	CONSTRAINT cost_pool_pkey PRIMARY KEY (tenant, company, product)
);

CREATE TABLE tandem.sales_quotation (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	number text COLLATE "C" NOT NULL,
	customer uuid NOT NULL,
	date date NOT NULL,
	status text COLLATE "C" NOT NULL,
	state json NOT NULL,
	CONSTRAINT sales_quotation_pkey PRIMARY KEY (tenant, company, id)
);
CREATE UNIQUE INDEX sales_quotation_number_idx ON tandem.sales_quotation (tenant, company, number);
CREATE INDEX sales_quotation_date_idx ON tandem.sales_quotation (tenant, company, date, id);
CREATE INDEX sales_quotation_customer_idx ON tandem.sales_quotation (tenant, company, customer, date, id);
CREATE INDEX sales_quotation_status_idx ON tandem.sales_quotation (tenant, company, status, date, id);

CREATE TABLE tandem.sales_order (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	number text COLLATE "C" NOT NULL,
	customer uuid NOT NULL,
	date date NOT NULL,
	status text COLLATE "C" NOT NULL,
	open boolean NOT NULL,
	held boolean NOT NULL,
	state json NOT NULL,
	CONSTRAINT sales_order_pkey PRIMARY KEY (tenant, company, id)
);
CREATE UNIQUE INDEX sales_order_number_idx ON tandem.sales_order (tenant, company, number);
CREATE INDEX sales_order_date_idx ON tandem.sales_order (tenant, company, date, id);
CREATE INDEX sales_order_customer_idx ON tandem.sales_order (tenant, company, customer, date, id);
CREATE INDEX sales_order_status_idx ON tandem.sales_order (tenant, company, status, date, id);
CREATE INDEX sales_order_open_idx ON tandem.sales_order (tenant, company, date, id) WHERE open;
CREATE INDEX sales_order_held_idx ON tandem.sales_order (tenant, company, date, id) WHERE held;

CREATE TABLE tandem.sales_delivery (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	number text COLLATE "C" NOT NULL,
	customer uuid NOT NULL,
	date date NOT NULL,
	status text COLLATE "C" NOT NULL,
	order_id uuid NOT NULL,
	uninvoiced boolean NOT NULL,
	withdrawn boolean NOT NULL,
	expecting boolean NOT NULL,
	state json NOT NULL,
	CONSTRAINT sales_delivery_pkey PRIMARY KEY (tenant, company, id)
);
CREATE UNIQUE INDEX sales_delivery_number_idx ON tandem.sales_delivery (tenant, company, number);
CREATE INDEX sales_delivery_date_idx ON tandem.sales_delivery (tenant, company, date, id);
CREATE INDEX sales_delivery_customer_idx ON tandem.sales_delivery (tenant, company, customer, date, id);
CREATE INDEX sales_delivery_status_idx ON tandem.sales_delivery (tenant, company, status, date, id);
CREATE INDEX sales_delivery_order_idx ON tandem.sales_delivery (tenant, company, order_id, date, id);
CREATE INDEX sales_delivery_uninvoiced_idx ON tandem.sales_delivery (tenant, company, date, id) WHERE uninvoiced;
CREATE INDEX sales_delivery_withdrawn_idx ON tandem.sales_delivery (tenant, company, date, id) WHERE withdrawn;
CREATE INDEX sales_delivery_expecting_idx ON tandem.sales_delivery (tenant, company, date, id) WHERE expecting;

CREATE TABLE tandem.sales_return (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	number text COLLATE "C" NOT NULL,
	customer uuid NOT NULL,
	date date NOT NULL,
	status text COLLATE "C" NOT NULL,
	state json NOT NULL,
	CONSTRAINT sales_return_pkey PRIMARY KEY (tenant, company, id)
);
CREATE UNIQUE INDEX sales_return_number_idx ON tandem.sales_return (tenant, company, number);
CREATE INDEX sales_return_date_idx ON tandem.sales_return (tenant, company, date, id);
CREATE INDEX sales_return_customer_idx ON tandem.sales_return (tenant, company, customer, date, id);
CREATE INDEX sales_return_status_idx ON tandem.sales_return (tenant, company, status, date, id);

CREATE TABLE tandem.account (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	code text COLLATE "C" NOT NULL,
	type text COLLATE "C" NOT NULL,
	name text COLLATE "C" NOT NULL,
	state json NOT NULL,
	CONSTRAINT account_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX account_code_idx ON tandem.account (tenant, company, code, id);

CREATE TABLE tandem.journal_entry (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	number text COLLATE "C" NOT NULL,
	date date NOT NULL,
	recorded timestamptz NOT NULL,
	source_kind text COLLATE "C" NOT NULL,
	source uuid NOT NULL,
	source_number text COLLATE "C" NOT NULL,
	text text COLLATE "C" NOT NULL,
	currency text COLLATE "C" NOT NULL,
	reverses uuid NOT NULL,
	reversal boolean NOT NULL,
	appended bigint GENERATED ALWAYS AS IDENTITY,
	CONSTRAINT journal_entry_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX journal_entry_date_idx ON tandem.journal_entry (tenant, company, date, appended);
CREATE INDEX journal_entry_source_idx ON tandem.journal_entry (tenant, company, source, date, appended);
CREATE UNIQUE INDEX journal_entry_number_idx ON tandem.journal_entry (tenant, company, number);
CREATE UNIQUE INDEX journal_entry_reverses_idx ON tandem.journal_entry (tenant, company, reverses) WHERE reversal;
CREATE TABLE tandem.journal_entry_line (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	line bigint NOT NULL,
	account text COLLATE "C" NOT NULL,
	amount_minor bigint NOT NULL,
	original_minor bigint NOT NULL,
	original_currency text COLLATE "C" NOT NULL,
	party uuid NOT NULL,
	product uuid NOT NULL,
	dimensions text COLLATE "C" NOT NULL,
	CONSTRAINT journal_entry_line_pkey PRIMARY KEY (tenant, company, id, line)
);

CREATE TABLE tandem.period (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	from_date date NOT NULL,
	until_date date NOT NULL,
	status text COLLATE "C" NOT NULL,
	state json NOT NULL,
	CONSTRAINT period_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX period_from_idx ON tandem.period (tenant, company, from_date, id);

CREATE TABLE tandem.customer_invoice (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	customer uuid NOT NULL,
	type text COLLATE "C" NOT NULL,
	status text COLLATE "C" NOT NULL,
	series text COLLATE "C" NOT NULL,
	number text COLLATE "C" NOT NULL,
	date date NOT NULL,
	order_id uuid NOT NULL,
	currency text COLLATE "C" NOT NULL,
	net_minor bigint NOT NULL,
	tax_minor bigint NOT NULL,
	gross_minor bigint NOT NULL,
	open_minor bigint NOT NULL,
	created timestamptz NOT NULL,
	open boolean NOT NULL,
	numbered boolean NOT NULL,
	state json NOT NULL,
	CONSTRAINT customer_invoice_pkey PRIMARY KEY (tenant, company, id)
);
CREATE UNIQUE INDEX customer_invoice_number_idx ON tandem.customer_invoice (tenant, company, series, number) WHERE numbered;
CREATE INDEX customer_invoice_date_idx ON tandem.customer_invoice (tenant, company, date, series, number, created, id);
CREATE INDEX customer_invoice_customer_idx ON tandem.customer_invoice (tenant, company, customer, date, series, number, created, id);
CREATE INDEX customer_invoice_open_idx ON tandem.customer_invoice (tenant, company, customer, date, series, number, id) WHERE open;
CREATE INDEX customer_invoice_order_idx ON tandem.customer_invoice (tenant, company, order_id, date, series, number, created, id);

CREATE TABLE tandem.customer_payment (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	customer uuid NOT NULL,
	status text COLLATE "C" NOT NULL,
	number text COLLATE "C" NOT NULL,
	date date NOT NULL,
	amount_minor bigint NOT NULL,
	unapplied_minor bigint NOT NULL,
	currency text COLLATE "C" NOT NULL,
	method text COLLATE "C" NOT NULL,
	open boolean NOT NULL,
	state json NOT NULL,
	CONSTRAINT customer_payment_pkey PRIMARY KEY (tenant, company, id)
);
CREATE UNIQUE INDEX customer_payment_number_idx ON tandem.customer_payment (tenant, company, number);
CREATE INDEX customer_payment_date_idx ON tandem.customer_payment (tenant, company, date, number, id);
CREATE INDEX customer_payment_customer_idx ON tandem.customer_payment (tenant, company, customer, date, number, id);
CREATE INDEX customer_payment_open_idx ON tandem.customer_payment (tenant, company, customer, date, number, id) WHERE open;

CREATE TABLE tandem.allocation (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	customer uuid NOT NULL,
	invoice uuid NOT NULL,
	instalment bigint NOT NULL,
	payment uuid NOT NULL,
	credit_note uuid NOT NULL,
	amount_minor bigint NOT NULL,
	discount_net_minor bigint NOT NULL,
	discount_tax_minor bigint NOT NULL,
	currency text COLLATE "C" NOT NULL,
	date date NOT NULL,
	recorded timestamptz NOT NULL,
	reverses uuid NOT NULL,
	from_advance boolean NOT NULL,
	reversal boolean NOT NULL,
	refund uuid NOT NULL,
	appended bigint GENERATED ALWAYS AS IDENTITY,
	CONSTRAINT allocation_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX allocation_company_idx ON tandem.allocation (tenant, company, appended);
CREATE INDEX allocation_customer_idx ON tandem.allocation (tenant, company, customer, appended);
CREATE INDEX allocation_invoice_idx ON tandem.allocation (tenant, company, invoice, appended);
CREATE INDEX allocation_payment_idx ON tandem.allocation (tenant, company, payment, appended);
CREATE UNIQUE INDEX allocation_reverses_idx ON tandem.allocation (tenant, company, reverses) WHERE reversal;

CREATE TABLE tandem.credit_account (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	party uuid NOT NULL,
	revision bigint NOT NULL,
	limit_minor bigint NOT NULL,
	currency text COLLATE "C" NOT NULL,
	receivables_minor bigint NOT NULL,
	delivered_not_invoiced_minor bigint NOT NULL,
	confirmed_not_delivered_minor bigint NOT NULL,
	advances_minor bigint NOT NULL,
	policy text COLLATE "C" NOT NULL,
	state json NOT NULL,
	CONSTRAINT credit_account_pkey PRIMARY KEY (tenant, company, party)
);

CREATE TABLE tandem.payment_terms (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	code text COLLATE "C" NOT NULL,
	name text COLLATE "C" NOT NULL,
	state json NOT NULL,
	CONSTRAINT payment_terms_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX payment_terms_code_idx ON tandem.payment_terms (tenant, company, code, id);

CREATE TABLE tandem.tax_code (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	code text COLLATE "C" NOT NULL,
	country text COLLATE "C" NOT NULL,
	category text COLLATE "C" NOT NULL,
	state json NOT NULL,
	CONSTRAINT tax_code_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX tax_code_code_idx ON tandem.tax_code (tenant, company, code, id);

CREATE TABLE tandem.tax_entry (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	document_kind text COLLATE "C" NOT NULL,
	document uuid NOT NULL,
	document_number text COLLATE "C" NOT NULL,
	direction text COLLATE "C" NOT NULL,
	tax_point date NOT NULL,
	recorded timestamptz NOT NULL,
	party uuid NOT NULL,
	country text COLLATE "C" NOT NULL,
	vat_number text COLLATE "C" NOT NULL,
	reverses uuid NOT NULL,
	reversal boolean NOT NULL,
	code text COLLATE "C" NOT NULL,
	category text COLLATE "C" NOT NULL,
	rate_nano bigint NOT NULL,
	base_minor bigint NOT NULL,
	tax_minor bigint NOT NULL,
	currency text COLLATE "C" NOT NULL,
	reason text COLLATE "C" NOT NULL,
	appended bigint GENERATED ALWAYS AS IDENTITY,
	CONSTRAINT tax_entry_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX tax_entry_tax_point_idx ON tandem.tax_entry (tenant, company, tax_point, appended);
CREATE INDEX tax_entry_document_idx ON tandem.tax_entry (tenant, company, document, tax_point, appended);
CREATE INDEX tax_entry_party_idx ON tandem.tax_entry (tenant, company, party, tax_point, appended);
CREATE UNIQUE INDEX tax_entry_reverses_idx ON tandem.tax_entry (tenant, company, reverses) WHERE reversal;

CREATE TABLE tandem.party (
	tenant text COLLATE "C" NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	kind text COLLATE "C" NOT NULL,
	status text COLLATE "C" NOT NULL,
	parent uuid NOT NULL,
	state json NOT NULL,
	CONSTRAINT party_pkey PRIMARY KEY (tenant, id)
);
CREATE INDEX party_parent_idx ON tandem.party (tenant, parent, id);

CREATE TABLE tandem.party_cross_reference (
	tenant text COLLATE "C" NOT NULL,
	system_key uuid NOT NULL,
	external_key uuid NOT NULL,
	revision bigint NOT NULL,
	system text COLLATE "C" NOT NULL,
	external text COLLATE "C" NOT NULL,
	party uuid NOT NULL,
	valid_from date NOT NULL,
	state json NOT NULL,
	CONSTRAINT party_cross_reference_pkey PRIMARY KEY (tenant, system_key, external_key)
);
CREATE UNIQUE INDEX party_cross_reference_key_idx ON tandem.party_cross_reference (tenant, system, external);
CREATE INDEX party_cross_reference_party_idx ON tandem.party_cross_reference (tenant, party, system, external, system_key, external_key);

CREATE TABLE tandem.consent (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	party uuid NOT NULL,
	purpose text COLLATE "C" NOT NULL,
	channel text COLLATE "C" NOT NULL,
	address text COLLATE "C" NOT NULL,
	action text COLLATE "C" NOT NULL,
	basis text COLLATE "C" NOT NULL,
	source text COLLATE "C" NOT NULL,
	text_version text COLLATE "C" NOT NULL,
	imported boolean NOT NULL,
	effective timestamptz NOT NULL,
	expires timestamptz NOT NULL,
	recorded timestamptz NOT NULL,
	addressed boolean NOT NULL,
	appended bigint GENERATED ALWAYS AS IDENTITY,
	CONSTRAINT consent_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX consent_company_idx ON tandem.consent (tenant, company, appended);
CREATE INDEX consent_party_idx ON tandem.consent (tenant, company, party, appended);
CREATE INDEX consent_address_idx ON tandem.consent (tenant, company, address, appended) WHERE addressed;

CREATE TABLE tandem.interaction (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	party uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	occurred timestamptz NOT NULL,
	recorded timestamptz NOT NULL,
	document_kind text COLLATE "C" NOT NULL,
	document uuid NOT NULL,
	document_number text COLLATE "C" NOT NULL,
	amount_minor bigint NOT NULL,
	currency text COLLATE "C" NOT NULL,
	text text COLLATE "C" NOT NULL,
	source text COLLATE "C" NOT NULL,
	appended bigint GENERATED ALWAYS AS IDENTITY,
	CONSTRAINT interaction_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX interaction_occurred_idx ON tandem.interaction (tenant, company, occurred, appended);
CREATE INDEX interaction_party_idx ON tandem.interaction (tenant, company, party, occurred, appended);

CREATE TABLE tandem.grade_assignment (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	party uuid NOT NULL,
	revision bigint NOT NULL,
	grade text COLLATE "C" NOT NULL,
	reviewed date NOT NULL,
	state json NOT NULL,
	CONSTRAINT grade_assignment_pkey PRIMARY KEY (tenant, company, party)
);

CREATE TABLE tandem.purchase (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	party uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	date date NOT NULL,
	net_minor bigint NOT NULL,
	currency text COLLATE "C" NOT NULL,
	document_kind text COLLATE "C" NOT NULL,
	document uuid NOT NULL,
	document_number text COLLATE "C" NOT NULL,
	recorded timestamptz NOT NULL,
	appended bigint GENERATED ALWAYS AS IDENTITY,
	CONSTRAINT purchase_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX purchase_date_idx ON tandem.purchase (tenant, company, date, appended);
CREATE INDEX purchase_party_idx ON tandem.purchase (tenant, company, party, date, appended);

CREATE TABLE tandem.survey_answer (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	survey text COLLATE "C" NOT NULL,
	wave text COLLATE "C" NOT NULL,
	measure text COLLATE "C" NOT NULL,
	invitation uuid NOT NULL,
	party uuid NOT NULL,
	document_kind text COLLATE "C" NOT NULL,
	document uuid NOT NULL,
	document_number text COLLATE "C" NOT NULL,
	stage text COLLATE "C" NOT NULL,
	score bigint NOT NULL,
	comment text COLLATE "C" NOT NULL,
	at timestamptz NOT NULL,
	recorded timestamptz NOT NULL,
	appended bigint GENERATED ALWAYS AS IDENTITY,
	CONSTRAINT survey_answer_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX survey_answer_company_idx ON tandem.survey_answer (tenant, company, appended);
CREATE INDEX survey_answer_party_idx ON tandem.survey_answer (tenant, company, party, appended);
CREATE INDEX survey_answer_survey_idx ON tandem.survey_answer (tenant, company, survey, appended);

CREATE TABLE tandem.delivery_fact (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	party uuid NOT NULL,
	order_kind text COLLATE "C" NOT NULL,
	order_id uuid NOT NULL,
	order_number text COLLATE "C" NOT NULL,
	line bigint NOT NULL,
	kind text COLLATE "C" NOT NULL,
	date date NOT NULL,
	quantity_micro bigint NOT NULL,
	unit text COLLATE "C" NOT NULL,
	filled_micro bigint NOT NULL,
	filled_unit text COLLATE "C" NOT NULL,
	promise date NOT NULL,
	reverses uuid NOT NULL,
	reversal boolean NOT NULL,
	recorded timestamptz NOT NULL,
	appended bigint GENERATED ALWAYS AS IDENTITY,
	CONSTRAINT delivery_fact_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX delivery_fact_date_idx ON tandem.delivery_fact (tenant, company, date, appended);
CREATE INDEX delivery_fact_party_idx ON tandem.delivery_fact (tenant, company, party, date, appended);
CREATE INDEX delivery_fact_order_idx ON tandem.delivery_fact (tenant, company, order_id, date, appended);
CREATE UNIQUE INDEX delivery_fact_reverses_idx ON tandem.delivery_fact (tenant, company, reverses) WHERE reversal;

CREATE TABLE tandem.redemption_limit (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	kind text COLLATE "C" NOT NULL,
	subject text COLLATE "C" NOT NULL,
	parent uuid NOT NULL,
	customer uuid NOT NULL,
	status text COLLATE "C" NOT NULL,
	reserved_uses bigint NOT NULL,
	committed_uses bigint NOT NULL,
	reserved_quantity_micro bigint NOT NULL,
	committed_quantity_micro bigint NOT NULL,
	unit text COLLATE "C" NOT NULL,
	reserved_value_minor bigint NOT NULL,
	committed_value_minor bigint NOT NULL,
	currency text COLLATE "C" NOT NULL,
	next_expiry timestamptz NOT NULL,
	expiring boolean NOT NULL,
	state json NOT NULL,
	CONSTRAINT redemption_limit_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX redemption_limit_subject_idx ON tandem.redemption_limit (tenant, company, kind, subject, id);
CREATE INDEX redemption_limit_parent_idx ON tandem.redemption_limit (tenant, company, parent, kind, subject, id);
CREATE INDEX redemption_limit_expiring_idx ON tandem.redemption_limit (tenant, company, kind, subject, id) WHERE expiring;

CREATE TABLE tandem.rebate_agreement (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	id uuid NOT NULL,
	revision bigint NOT NULL,
	customer uuid NOT NULL,
	status text COLLATE "C" NOT NULL,
	period_from date NOT NULL,
	period_until date NOT NULL,
	net_quantity_micro bigint NOT NULL,
	unit text COLLATE "C" NOT NULL,
	net_value_minor bigint NOT NULL,
	accrued_minor bigint NOT NULL,
	liability_minor bigint NOT NULL,
	currency text COLLATE "C" NOT NULL,
	state json NOT NULL,
	CONSTRAINT rebate_agreement_pkey PRIMARY KEY (tenant, company, id)
);
CREATE INDEX rebate_agreement_period_idx ON tandem.rebate_agreement (tenant, company, period_until, id);
CREATE INDEX rebate_agreement_customer_idx ON tandem.rebate_agreement (tenant, company, customer, period_until, id);
CREATE INDEX rebate_agreement_status_idx ON tandem.rebate_agreement (tenant, company, status, period_until, id);

-- What is on hand and reserved, in millionths of the product's base unit.
CREATE TABLE tandem.stock_level (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	location uuid NOT NULL,
	product uuid NOT NULL,
	lot uuid NOT NULL,
	bucket bigint NOT NULL, -- a level is the sum of its buckets; there is one unless the policy says more
	on_hand_micro bigint NOT NULL,
	reserved_micro bigint NOT NULL,
	CONSTRAINT stock_level_pkey PRIMARY KEY (tenant, company, location, product, lot, bucket)
);
CREATE INDEX stock_level_bucket_idx ON tandem.stock_level (tenant) WHERE bucket <> 0;

-- Changes a level that is spread over buckets: the one that was picked where it can, else all of them
-- together, which are then made even. It fails as a conditional write does where all of them together
-- do not allow it.
CREATE FUNCTION tandem.change_level(of_tenant text, of_company uuid, of_location uuid, of_product uuid, of_lot uuid,
	change_on_hand bigint, change_reserved bigint, allow_negative boolean, pick bigint, buckets bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	all_on_hand bigint;
	all_reserved bigint;
	free bigint;
	n bigint;
BEGIN
	IF change_on_hand <= 0 THEN -- what comes in is spread
		BEGIN
			UPDATE tandem.stock_level s SET on_hand_micro = s.on_hand_micro + change_on_hand, reserved_micro = s.reserved_micro + change_reserved
			WHERE s.tenant = of_tenant AND s.company = of_company AND s.location = of_location AND s.product = of_product AND s.lot = of_lot
				AND s.bucket = pick AND (s.reserved_micro + change_reserved >= 0 OR change_reserved >= 0)
				AND (change_reserved - change_on_hand <= 0 OR s.reserved_micro + change_reserved <= s.on_hand_micro + change_on_hand
					AND NOT EXISTS (SELECT 1 FROM tandem.stock_level o -- what lacks elsewhere is owed first
						WHERE o.tenant = of_tenant AND o.company = of_company AND o.location = of_location AND o.product = of_product AND o.lot = of_lot
							AND o.reserved_micro > o.on_hand_micro));
			IF FOUND THEN RETURN; END IF;
			RAISE SQLSTATE 'TD002';
		EXCEPTION WHEN SQLSTATE 'TD002' THEN
			NULL; -- an UPDATE that has waited for a row keeps it, though it changes nothing: who waits below must hold none
		END;
	END IF;
	PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws('/', of_tenant, of_company, of_location, of_product, of_lot), 0)); -- one at a time
	INSERT INTO tandem.stock_level (tenant, company, location, product, lot, bucket, on_hand_micro, reserved_micro)
	SELECT of_tenant, of_company, of_location, of_product, of_lot, b, 0, 0 FROM generate_series(0, buckets - 1) b ON CONFLICT DO NOTHING;
	SELECT sum(locked.on_hand_micro)::bigint + change_on_hand, sum(locked.reserved_micro)::bigint + change_reserved, count(*)
	INTO all_on_hand, all_reserved, n FROM (
		SELECT s.on_hand_micro, s.reserved_micro FROM tandem.stock_level s
		WHERE s.tenant = of_tenant AND s.company = of_company AND s.location = of_location AND s.product = of_product AND s.lot = of_lot
		ORDER BY s.bucket FOR UPDATE) locked;
	IF all_reserved < 0 AND change_reserved < 0
		OR NOT allow_negative AND change_reserved - change_on_hand > 0 AND all_reserved > all_on_hand THEN
		RAISE EXCEPTION 'tandem: the level does not allow it, others were faster' USING ERRCODE = 'TD001';
	END IF;
	free := all_on_hand - all_reserved;
	UPDATE tandem.stock_level s SET
		reserved_micro = all_reserved / n + CASE WHEN s.bucket < all_reserved % n THEN 1 ELSE 0 END,
		on_hand_micro = all_reserved / n + CASE WHEN s.bucket < all_reserved % n THEN 1 ELSE 0 END +
			CASE WHEN free >= 0 THEN free / n + CASE WHEN s.bucket < free % n THEN 1 ELSE 0 END WHEN s.bucket = 0 THEN free ELSE 0 END
	WHERE s.tenant = of_tenant AND s.company = of_company AND s.location = of_location AND s.product = of_product AND s.lot = of_lot;
END $$;

-- The last number of each series of documents, and the latest date that it was drawn for.
CREATE TABLE tandem.number_series (
	tenant text COLLATE "C" NOT NULL,
	company uuid NOT NULL,
	series text COLLATE "C" NOT NULL,
	last_number bigint NOT NULL,
	last_date date NOT NULL,
	CONSTRAINT number_series_pkey PRIMARY KEY (tenant, company, series)
);

-- The commands that took effect, by their keys, with their first results.
CREATE TABLE tandem.command (
	tenant text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	name text COLLATE "C" NOT NULL,
	digest bytea NOT NULL,
	result text,
	actor text COLLATE "C" NOT NULL,
	at timestamptz NOT NULL,
	CONSTRAINT command_pkey PRIMARY KEY (tenant, key)
);
CREATE INDEX command_at_idx ON tandem.command (tenant, at);

-- The outbox. `recorded` is the order of the inserts, in which transactions overlap: it is no cursor.
-- `position` is given after the commit, from 1 without a gap; an event without one has just been committed.
CREATE TABLE tandem.event (
	recorded bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	tenant text COLLATE "C" NOT NULL,
	position bigint,
	lane bigint NOT NULL,
	name text COLLATE "C" NOT NULL,
	kind text COLLATE "C" NOT NULL,
	aggregate uuid NOT NULL,
	company uuid NOT NULL,
	sequence bigint NOT NULL,
	at timestamptz NOT NULL,
	actor text COLLATE "C" NOT NULL,
	cause text COLLATE "C" NOT NULL,
	payload text
);
CREATE UNIQUE INDEX event_position_idx ON tandem.event (tenant, position) WHERE position IS NOT NULL;
CREATE UNIQUE INDEX event_lane_idx ON tandem.event (tenant, lane, position) WHERE position IS NOT NULL;
CREATE UNIQUE INDEX event_new_idx ON tandem.event (tenant, recorded) WHERE position IS NULL;

-- The position of the last event that has one. Who gives positions holds the row.
CREATE TABLE tandem.outbox (
	tenant text COLLATE "C" NOT NULL,
	last_position bigint NOT NULL,
	CONSTRAINT outbox_pkey PRIMARY KEY (tenant)
);

-- How far the relays of the outbox are, by name and lane, and who has a lane until when.
CREATE TABLE tandem.relay_lane (
	tenant text COLLATE "C" NOT NULL,
	relay text COLLATE "C" NOT NULL,
	lane bigint NOT NULL,
	settled bigint NOT NULL,
	owner text COLLATE "C" NOT NULL,
	until timestamptz NOT NULL,
	claimed bigint NOT NULL,
	CONSTRAINT relay_lane_pkey PRIMARY KEY (tenant, relay, lane)
);

-- Events that a relay could not publish: each blocks its aggregate until it is replayed or skipped.
CREATE TABLE tandem.relay_dead_letter (
	tenant text COLLATE "C" NOT NULL,
	relay text COLLATE "C" NOT NULL,
	position bigint NOT NULL,
	lane bigint NOT NULL,
	company uuid NOT NULL,
	kind text COLLATE "C" NOT NULL,
	aggregate uuid NOT NULL,
	reason text COLLATE "C" NOT NULL,
	tries bigint NOT NULL,
	at timestamptz NOT NULL,
	CONSTRAINT relay_dead_letter_pkey PRIMARY KEY (tenant, relay, position)
);
CREATE UNIQUE INDEX relay_dead_letter_aggregate_idx ON tandem.relay_dead_letter (tenant, relay, company, kind, aggregate);

-- What is posted stays: a correction is a new record that reverses the old one.
CREATE FUNCTION tandem.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is posted: it is corrected by a reversal, not changed', TG_TABLE_NAME USING ERRCODE = '23514';
END $$;
CREATE TRIGGER posted BEFORE UPDATE OR DELETE ON tandem.stock_move FOR EACH ROW EXECUTE FUNCTION tandem.refuse_change();
CREATE TRIGGER posted_whole BEFORE TRUNCATE ON tandem.stock_move EXECUTE FUNCTION tandem.refuse_change();
CREATE TRIGGER posted BEFORE UPDATE OR DELETE ON tandem.journal_entry FOR EACH ROW EXECUTE FUNCTION tandem.refuse_change();
CREATE TRIGGER posted_whole BEFORE TRUNCATE ON tandem.journal_entry EXECUTE FUNCTION tandem.refuse_change();
CREATE TRIGGER posted BEFORE UPDATE OR DELETE ON tandem.journal_entry_line FOR EACH ROW EXECUTE FUNCTION tandem.refuse_change();
CREATE TRIGGER posted_whole BEFORE TRUNCATE ON tandem.journal_entry_line EXECUTE FUNCTION tandem.refuse_change();
CREATE FUNCTION tandem.refuse_line_of_journal_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM tandem.journal_entry WHERE tenant = NEW.tenant AND company = NEW.company AND id = NEW.id) THEN
		RAISE EXCEPTION 'journal_entry is posted: no line is added to it' USING ERRCODE = '23505', CONSTRAINT = 'journal_entry_pkey';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER posted_lines BEFORE INSERT ON tandem.journal_entry_line FOR EACH ROW EXECUTE FUNCTION tandem.refuse_line_of_journal_entry();
CREATE FUNCTION tandem.keep_customer_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	old_state jsonb := OLD.state::jsonb;
	new_state jsonb := NEW.state::jsonb;
BEGIN
	IF OLD.tenant IS DISTINCT FROM NEW.tenant OR OLD.company IS DISTINCT FROM NEW.company OR OLD.customer IS DISTINCT FROM NEW.customer OR OLD.type IS DISTINCT FROM NEW.type OR OLD.series IS DISTINCT FROM NEW.series OR OLD.number IS DISTINCT FROM NEW.number OR OLD.date IS DISTINCT FROM NEW.date OR OLD.order_id IS DISTINCT FROM NEW.order_id OR OLD.currency IS DISTINCT FROM NEW.currency OR OLD.net_minor IS DISTINCT FROM NEW.net_minor OR OLD.tax_minor IS DISTINCT FROM NEW.tax_minor OR OLD.gross_minor IS DISTINCT FROM NEW.gross_minor OR OLD.created IS DISTINCT FROM NEW.created OR OLD.numbered IS DISTINCT FROM NEW.numbered OR OLD.id IS DISTINCT FROM NEW.id
		OR old_state - ARRAY['revision', 'sequence', 'status', 'open', 'instalments', 'credited', 'discounted', 'credited_lines'] <> new_state - ARRAY['revision', 'sequence', 'status', 'open', 'instalments', 'credited', 'discounted', 'credited_lines']
		OR NEW.status <> (CASE NEW.open_minor WHEN 0 THEN 'settled' ELSE 'posted' END) OR NEW.open <> (NEW.open_minor <> 0)
		OR NEW.open_minor NOT BETWEEN 0 AND NEW.gross_minor OR new_state ->> 'status' IS DISTINCT FROM NEW.status
		OR split_part(replace(new_state ->> 'open', '.', ''), ' ', 1)::bigint IS DISTINCT FROM NEW.open_minor
		OR (SELECT jsonb_agg(jsonb_build_array(i -> 'due', i -> 'amount', i #> '{discount,until}')) FROM jsonb_array_elements(old_state -> 'instalments') i)
			IS DISTINCT FROM (SELECT jsonb_agg(jsonb_build_array(i -> 'due', i -> 'amount', i #> '{discount,until}')) FROM jsonb_array_elements(new_state -> 'instalments') i) THEN
		RAISE EXCEPTION 'customer_invoice is posted: it is corrected by a reversal, not changed' USING ERRCODE = '23514';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER final BEFORE UPDATE ON tandem.customer_invoice FOR EACH ROW WHEN (OLD.numbered) EXECUTE FUNCTION tandem.keep_customer_invoice();
CREATE TRIGGER final_stays BEFORE DELETE ON tandem.customer_invoice FOR EACH ROW WHEN (OLD.numbered) EXECUTE FUNCTION tandem.refuse_change();
CREATE TRIGGER final_whole BEFORE TRUNCATE ON tandem.customer_invoice EXECUTE FUNCTION tandem.refuse_change();
CREATE TRIGGER posted BEFORE UPDATE OR DELETE ON tandem.allocation FOR EACH ROW EXECUTE FUNCTION tandem.refuse_change();
CREATE TRIGGER posted_whole BEFORE TRUNCATE ON tandem.allocation EXECUTE FUNCTION tandem.refuse_change();
CREATE TRIGGER posted BEFORE UPDATE OR DELETE ON tandem.tax_entry FOR EACH ROW EXECUTE FUNCTION tandem.refuse_change();
CREATE TRIGGER posted_whole BEFORE TRUNCATE ON tandem.tax_entry EXECUTE FUNCTION tandem.refuse_change();
