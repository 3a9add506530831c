package pricing

// PlainBook gives a book to start with: version 1, one default list, and these
// rows in it. A row without an id has that of its product.
func PlainBook(id string, rows ...Row) Book {
	b := NewBook(id, 1)
	b.Lists = []List{{ID: "list", Source: SourceDefault}}
	for _, r := range rows {
		r.List = "list"
		if r.ID == "" {
			r.ID = r.Product.String()
		}
		b.Rows = append(b.Rows, r)
	}
	return b
}
