package pricing

// PlainBook gives a book to start with: version 1, one default list, and these
// rows in it. A row without an id has that of its product, and of its quantity-from.
func PlainBook(id string, rows ...Row) Book {
	b := NewBook(id, 1)
	b.Lists = []List{{ID: "list", Source: SourceDefault}}
	for _, r := range rows {
		r.List = "list"
		if r.ID == "" {
			if r.ID = r.Product.String(); !r.From.IsZero() {
				r.ID += "/" + r.From.String()
			}
		}
		b.Rows = append(b.Rows, r)
	}
	return b
}
