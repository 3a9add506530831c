package store

// Kinds lists everything that a driver keeps as records, in a fixed order.
func Kinds() []*Kind { return kinds.list }

// kinds is made once, from the descriptors of all rooms, and never changes.
var kinds = registry()

type kindList struct{ list []*Kind }

func registry() kindList {
	list := []*Kind{}
	for i, k := range list {
		k.Ordinal = i
		if err := k.resolve(); err != nil {
			panic(err) // a descriptor of this package is wrong: no data can cause it, and any test shows it
		}
	}
	return kindList{list}
}
