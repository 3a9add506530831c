package pricing

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/tandem-go/tandem"
)

// compileChanged compiles the changed book anew.
func (s *Snapshot) compileChanged(c *Change, terms Book, check *tandem.Check) (*Snapshot, error) {
	gone := make(map[string]bool, len(c.Remove)+len(c.Put))
	for _, id := range c.Remove {
		gone[id] = true
	}
	for i := range c.Put {
		gone[c.Put[i].ID] = true
	}
	kept := slices.DeleteFunc(s.Book().Rows, func(r Row) bool { return gone[r.ID] })
	terms.Rows = append(kept, c.Put...)
	var next *Snapshot
	var err error
	if check.OK() {
		next, err = Compile(terms)
	} else {
		err = terms.Validate()
	}
	addChanged(check, err, kept)
	return next, check.Err("price change")
}

// addChanged adds the faults of a changed book under the names that its parts have in
// the change: of its rows, those that were kept stand first.
func addChanged(check *tandem.Check, err error, kept []Row) {
	var invalid *tandem.InvalidError
	if !errors.As(err, &invalid) {
		check.Nested("terms", err)
		return
	}
	for _, f := range invalid.Faults {
		number, rest, _ := strings.Cut(strings.TrimPrefix(f.Path, "rows["), "]")
		n, err := strconv.Atoi(number)
		switch {
		case f.Path == "rows":
			check.Require(!check.OK(), f.Code, "put", f.Message) // said of the change already
		case !strings.HasPrefix(f.Path, "rows[") || err != nil:
			check.Nested("terms", &tandem.InvalidError{Faults: []tandem.Fault{f}})
		case n < len(kept):
			check.Add(f.Code, f.Path, f.Message+" (row "+kept[n].ID+")")
		case f.Code == "duplicate" && rest == ".id": // said of the change already
		default:
			check.Add(f.Code, tandem.Path("put", n-len(kept))+rest, f.Message)
		}
	}
}
