// Package jsonw appends JSON to a buffer without reflection and without
// allocation, byte for byte as [encoding/json.Marshal] writes it: HTML
// characters and U+2028/2029 escaped, invalid UTF-8 replaced, no white space.
//
//	func (e OrderConfirmed) AppendJSON(dst []byte) []byte {
//		o := jsonw.Object(dst)
//		jsonw.Text(&o, "order_id", e.OrderID) // an encoding.TextAppender
//		o.String("number", e.Number)
//		o.IntOmit("lines", e.Lines)
//		o.BeginArray("tags")
//		for _, tag := range e.Tags {
//			o.Item().String(tag)
//		}
//		o.EndArray()
//		return o.Close()
//	}
//
// A [Writer] separates members by itself: it looks at the last byte written,
// which is an opening bracket only before the first member. It does not check
// that every Begin has its End; the test that compares with encoding/json does.
package jsonw
