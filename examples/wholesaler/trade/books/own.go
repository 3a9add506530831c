package books

import (
	"encoding/json"

	"github.com/tandem-go/tandem/integration/work"
)

// own is a command of the house, beside those of the processes.
type own struct {
	work.Header `json:"-"`
	Name        string `json:"-"`
	Of          string `json:"of"` // what it is about
}

// CommandName gives the name.
func (c own) CommandName() string { return c.Name }

// AppendJSON writes what it is about.
func (c own) AppendJSON(dst []byte) []byte { return appendJSON(dst, c) }

// Access asks for nothing in particular.
func (own) Access() work.Access { return work.Access{} }

// done is the answer of a command that has nothing to tell.
type done struct{}

// AppendJSON writes an empty object.
func (done) AppendJSON(dst []byte) []byte { return append(dst, "{}"...) }

func appendJSON(dst []byte, v any) []byte {
	data, err := json.Marshal(v)
	if err != nil { // plain structs of texts and numbers
		return append(dst, "null"...)
	}
	return append(dst, data...)
}
